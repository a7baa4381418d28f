/** A page of a real site: compiled by Docusaurus' own processor, shown by its own theme. */

import preprocess from '@docusaurus/mdx-loader/lib/preprocessor.js';
import {createProcessorUncached} from '@docusaurus/mdx-loader/lib/processor.js';
import {DocProvider} from '@docusaurus/plugin-content-docs/client';
import {run} from '@mdx-js/mdx';
import {ColorModeProvider} from '@docusaurus/theme-common/internal';
import {MDXProvider, useMDXComponents} from '@mdx-js/react';
import {act, render} from '@testing-library/react';
import React from 'react';
import type {ComponentType, ReactNode} from 'react';
import * as runtime from 'react/jsx-runtime';
import {HelmetProvider} from 'react-helmet-async';
import {MemoryRouter} from 'react-router-dom';
import rehypeKatex from 'rehype-katex';
import remarkMath from 'remark-math';
import DocItemContent from '../../../theme/DocItem/Content';
import DocItemTOC from '@theme/DocItem/TOC/Desktop';

import {createChapterStore} from '../../../core';
import type {ChapterStore, StreamEvent} from '../../../core/types';
import {ChapterStoreProvider} from '../../context';
import Relabelled from '../Relabelled';
import {doneOf, planOf, sectionOf} from './answers';
import type {Answer} from './answers';

/** What a browser and Docusaurus' own start have, and jsdom has not. */
const nothing = () => undefined;
const unwatched = {addEventListener: nothing, removeEventListener: nothing};
const legacy = {addListener: nothing, removeListener: nothing};
Object.assign(window, {
  docusaurus: {prefetch: () => [], preload: () => []},
  matchMedia: () => ({matches: false, ...unwatched, ...legacy}),
});

// A place that can be seen: Docusaurus looks for the first heading that has one.
Element.prototype.getBoundingClientRect = () => new DOMRect(0, 10, 100, 10);

type Scope = Readonly<Record<string, unknown>>;

export interface Doc {
  (): ReactNode;
  readonly metadata: {readonly title: string; readonly source: string; readonly id: string};
  readonly frontMatter: Scope;
  readonly assets: Scope;
  readonly contentTitle: string | undefined;
  readonly toc: readonly {readonly value: string; readonly id: string; readonly level: number}[];
}

const FILE = '/site/docs/chapter.md';

type Options = Parameters<typeof createProcessorUncached>[0]['options'];

/** The defaults of a site, and what its owner adds for formulas. */
const SETTINGS = {
  admonitions: true,
  staticDirs: [],
  siteDir: '/site',
  remarkPlugins: [remarkMath],
  rehypePlugins: [rehypeKatex],
  outputFormat: 'function-body',
  markdownConfig: {
    anchors: {maintainCase: false},
    emoji: true,
    mermaid: true,
    mdx1Compat: {comments: true, admonitions: true, headingIds: true},
    hooks: {onBrokenMarkdownImages: () => undefined, onBrokenMarkdownLinks: () => undefined},
    remarkRehypeOptions: {},
  },
};

// Docusaurus hands on what MDX knows and its own type does not name.
const OPTIONS = SETTINGS as unknown as Options;

/** Compile a chapter as a site does; `components` are what it would import. */
export async function compileDoc(
  markdown: string,
  components: Readonly<Record<string, ComponentType>> = {},
): Promise<Doc> {
  const processor = await createProcessorUncached({options: OPTIONS, format: 'mdx'});
  const {content, data} = await processor.process({
    content: preprocess({...OPTIONS, admonitions: true, fileContent: markdown, filePath: FILE}),
    filePath: FILE,
    frontMatter: {},
    compilerName: 'server',
  });
  const module = await run(content, {
    ...runtime,
    useMDXComponents: () => ({...useMDXComponents(), ...components}),
    baseUrl: 'file:///site/docs/chapter.md',
  });
  const Content = module.default;
  return Object.assign(() => <Content />, {
    metadata: {title: 'The author’s title', source: '@site/docs/chapter.md', id: 'chapter'},
    frontMatter: {},
    assets: {},
    contentTitle: typeof data.contentTitle === 'string' ? data.contentTitle : undefined,
    toc: isToc(module.toc) ? module.toc : [],
  });
}

function isToc(value: unknown): value is Doc['toc'] {
  return Array.isArray(value);
}

interface SiteProps {
  readonly doc: Doc;
  readonly store: ChapterStore;
  /** Components that the site has in place of Docusaurus' own. */
  readonly components?: Readonly<Record<string, ComponentType>>;
}

/** What Docusaurus has around every page of a chapter. */
export function Frame({doc, children}: {readonly doc: Doc; readonly children: ReactNode}) {
  return (
    <HelmetProvider>
      <MemoryRouter>
        <ColorModeProvider>
          <div className="navbar" />
          <DocProvider content={doc as unknown as Parameters<typeof DocProvider>[0]['content']}>
            {children}
          </DocProvider>
        </ColorModeProvider>
      </MemoryRouter>
    </HelmetProvider>
  );
}

/** The page as Docusaurus puts it together, its table of contents first. */
export function Site({doc, store, components = {}}: SiteProps) {
  const Content = doc;
  return (
    <Frame doc={doc}>
      <ChapterStoreProvider store={store}>
        <Relabelled>
          <nav aria-label="contents">
            <DocItemTOC />
          </nav>
          <DocItemContent>
            <MDXProvider components={components}>
              <Content />
            </MDXProvider>
          </DocItemContent>
        </Relabelled>
      </ChapterStoreProvider>
    </Frame>
  );
}

export interface Script {
  readonly store: ChapterStore;
  readonly send: (event: StreamEvent) => void;
}

/** A real store whose API says what the test says, when it says it. */
export async function openStore(): Promise<Script> {
  let onEvent: (event: StreamEvent) => void = () => undefined;
  const store = createChapterStore({
    api: {
      personalize: (_request, watching) => {
        onEvent = watching?.onEvent ?? onEvent;
        return new Promise(() => undefined);
      },
      feedback: () => Promise.resolve(),
      recallFeedback: () => Promise.resolve([]),
    },
    chapterId: 'chapter',
    sourceHash: () => Promise.resolve('hash'),
  });
  return {store, send: (event) => onEvent(event)};
}

/** A page whose reader has just asked for it; the test says when what comes. */
export async function openPage(
  doc: Doc,
  answer: Answer,
  components: NonNullable<SiteProps['components']> = {},
) {
  const {store, send} = await openStore();
  const {container} = render(<Site doc={doc} store={store} components={components} />);
  await act(() => {
    void store.personalize();
    return Promise.resolve();
  });
  const come = (index: number) => act(async () => send(sectionOf(answer, index)));
  const all = async () => {
    for (const index of answer.sections.keys()) await come(index);
    await act(async () => send(doneOf(answer)));
  };
  await act(async () => send(planOf(answer)));
  return {container, store, come, all};
}

export function findSection(container: HTMLElement, id: string): HTMLElement {
  const found = container.querySelector<HTMLElement>(`[data-chapterwise-section="${id}"]`);
  if (found === null) throw new Error(`There is no section ${id}.`);
  return found;
}
