/** A page of a site with the real stores, over an API that follows a test's script. */

import React, {type ReactNode} from 'react';
import {Context as BrowserContext} from '@docusaurus/core/lib/client/browserContext';
import {DocProvider} from '@docusaurus/plugin-content-docs/client';
import {act, cleanup, fireEvent, render, within} from '@testing-library/react';
import axe from 'axe-core';
import {MemoryRouter} from 'react-router-dom';
import {afterEach, expect} from 'vitest';

import {AccountStoreProvider, ChapterStoreProvider} from '../../../client/context';
import {createAccountStore} from '../../../core/account';
import {createChapterStore} from '../../../core/chapter';
import type {AccountStore, ChapterStore} from '../../../core/types';
import {ScriptedApi, ScriptedTokens} from './scripted';

export interface Site {
  readonly api: ScriptedApi;
  readonly tokens: ScriptedTokens;
  readonly chapter: ChapterStore;
  readonly account: AccountStore;
}

interface Given {
  readonly isSignedIn?: boolean;
  readonly external?: boolean;
  readonly sourceHash?: string | null;
}

export function makeSite({sourceHash = null, ...given}: Given = {}): Site {
  const tokens = new ScriptedTokens(given);
  const api = new ScriptedApi(tokens);
  const chapter = createChapterStore({
    api,
    chapterId: 'chapter-01',
    sourceHash: () => Promise.resolve(sourceHash),
  });
  return {api, tokens, chapter, account: createAccountStore(api, tokens)};
}

interface PageProps {
  readonly site: Site;
  readonly isBrowser?: boolean;
  readonly children: ReactNode;
}

export function Page({site, isBrowser = true, children}: PageProps): ReactNode {
  return (
    <MemoryRouter>
      <BrowserContext.Provider value={isBrowser}>
        <DocProvider content={DOC}>
          <AccountStoreProvider store={site.account}>
            <ChapterStoreProvider store={site.chapter}>{children}</ChapterStoreProvider>
          </AccountStoreProvider>
        </DocProvider>
      </BrowserContext.Provider>
    </MemoryRouter>
  );
}

/** Show a page, and wait until it is known who is reading. */
export async function open(site: Site, children: ReactNode): Promise<void> {
  render(<Page site={site}>{children}</Page>);
  await settle();
}

/** Let everything happen that has been set going. */
export async function settle(action: () => void = () => undefined): Promise<void> {
  await act(async () => {
    action();
    await new Promise((resolve) => {
      setTimeout(resolve, 0);
    });
  });
}

/** What can be used now: behind an open dialog nothing can. */
function usable(): ReturnType<typeof within> {
  return within(document.querySelector<HTMLElement>('dialog[open]') ?? document.body);
}

export function button(name: string | RegExp): HTMLElement {
  return usable().getByRole('button', {name});
}

/** Click a button as a reader does, who has it in focus then; the first of several by its number. */
export async function click(name: string | RegExp, which?: number): Promise<void> {
  const found =
    which === undefined ? button(name) : usable().getAllByRole('button', {name})[which];
  await settle(() => {
    found?.focus();
    found?.click();
  });
}

export async function type(label: string | RegExp, value: string): Promise<void> {
  await settle(() => fireEvent.change(usable().getByLabelText(label), {target: {value}}));
}

/** What axe finds in the whole document; colours are for a real browser to judge. */
export async function expectAccessible(): Promise<void> {
  const {violations} = await axe.run(document.body, {
    rules: {'color-contrast': {enabled: false}, region: {enabled: false}},
  });
  expect(violations.map(({id, nodes}) => `${id}: ${nodes.map((each) => each.html).join()}`)).toEqual(
    [],
  );
}

afterEach(() => {
  cleanup();
  localStorage.clear();
});

// Links of a site fetch what they lead to ahead of time.
const ahead = () => false as const;
window.docusaurus = {prefetch: ahead, preload: ahead};

// jsdom knows the element and not what it does: open, close, take the focus and give it back.
const returning = new WeakMap<HTMLDialogElement, Element | null>();

HTMLDialogElement.prototype.showModal = function showModal() {
  returning.set(this, document.activeElement);
  this.open = true;
  this.querySelector<HTMLElement>('button, input')?.focus();
};

HTMLDialogElement.prototype.close = function close() {
  this.open = false;
  const before = returning.get(this);
  if (before instanceof HTMLElement) before.focus();
  this.dispatchEvent(new Event('close'));
};

/** What the browser does with Escape in a modal dialog. */
export async function escape(): Promise<void> {
  await settle(() => {
    document.querySelector<HTMLDialogElement>('dialog[open]')?.close();
  });
}

// Only what the bar reads of a page; Docusaurus' own type has all that a build knows.
const DOC = Object.assign(() => null, {
  metadata: {
    id: 'chapter-01',
    title: 'Robots',
    source: '@site/docs/chapter-01.md',
    editUrl: 'https://example.org/edit/chapter-01.md',
  },
  frontMatter: {},
  toc: [],
  assets: {},
  contentTitle: undefined,
}) as unknown as React.ComponentProps<typeof DocProvider>['content'];
