// @vitest-environment jsdom
/** The components of Docusaurus that are wrapped: which pages have a chapter, and how long. */

import {cleanup, render} from '@testing-library/react';
import React, {StrictMode} from 'react';
import {afterEach, expect, test, vi} from 'vitest';

import {useChapterStore} from '../../../client/context';
import {compileDoc, Frame} from '../../../client/rendering/__tests__/site';
import type {Doc} from '../../../client/rendering/__tests__/site';
import type {ChapterStore} from '../../../core/types';
import DocItemContent from '../Content';
import DocItemLayout from '../Layout';

const {seen} = vi.hoisted(() => ({seen: [] as (ChapterStore | null)[]}));

// What Docusaurus has between the two: sidebars, breadcrumbs and a footer are not looked at here.
vi.mock('@theme-init/DocItem/Layout', () => ({
  default: function Layout({children}: {readonly children: React.ReactNode}) {
    const store = useChapterStore();
    if (store !== seen.at(-1)) seen.push(store);
    return <DocItemContent>{children}</DocItemContent>;
  },
}));

afterEach(() => {
  cleanup();
  seen.length = 0;
});

function Page({doc}: {readonly doc: Doc}) {
  const Content = doc;
  return (
    <Frame doc={doc}>
      <DocItemLayout>
        <Content />
      </DocItemLayout>
    </Frame>
  );
}

async function compileAs(source: string, frontMatter: Doc['frontMatter'] = {}): Promise<Doc> {
  const doc = await compileDoc('Words.\n\n## One\n\nMore words.\n');
  const Content = doc;
  const metadata = {...doc.metadata, source};
  return Object.assign(() => <Content />, {...doc, metadata, frontMatter});
}

const countBars = (container: HTMLElement) => container.querySelectorAll('[role=region]').length;
const countSections = (container: HTMLElement) =>
  container.querySelectorAll('[data-chapterwise-section]').length;

test('a chapter has one bar, and sections', async () => {
  const {container} = render(<Page doc={await compileAs('@site/docs/a.md')} />);
  expect([countBars(container), countSections(container)]).toEqual([1, 2]);
});

test.each([
  ['outside of the folder that the API serves', '@site/versioned_docs/version-1/a.md', {}],
  ['whose author wants none', '@site/docs/a.md', {personalize: false}],
])('a page %s is shown as ever', async (_, source, frontMatter) => {
  const {container} = render(<Page doc={await compileAs(source, frontMatter)} />);
  expect([countBars(container), countSections(container)]).toEqual([0, 0]);
  expect(container.textContent).toContain('More words.');
  expect(container.querySelectorAll('h2#one')).toHaveLength(1);
});

test('each page has a store of its own, which is closed when the page is left', async () => {
  const first = await compileAs('@site/docs/a.md');
  const second = await compileAs('@site/docs/b.md');
  const {rerender, unmount} = render(<Page doc={first} />);
  const [one] = seen;
  const close = vi.spyOn(one as ChapterStore, 'close');
  rerender(<Page doc={second} />);
  expect(close).toHaveBeenCalled();
  expect(seen).toHaveLength(2);
  const closeSecond = vi.spyOn(seen[1] as ChapterStore, 'close');
  unmount();
  expect(closeSecond).toHaveBeenCalled();
});

test('where React runs effects twice, the page is left with a store that is open', async () => {
  render(
    <StrictMode>
      <Page doc={await compileAs('@site/docs/a.md')} />
    </StrictMode>,
  );
  const store = seen.at(-1);
  void store?.personalize();
  expect(store?.getSnapshot().phase).toBe('planning');
});
