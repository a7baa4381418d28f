/** The page in sections: each is the author's until a rewritten one has come that fits. */

import React, {Fragment, memo, useEffect, useMemo} from 'react';
import type {ReactNode} from 'react';
import {MDXProvider, useMDXComponents} from '@mdx-js/react';

import type {ChapterState} from '../../core/types';
import {useChapterStore, useChapterValue} from '../context';
import {createDivider, divide} from './dividing';
import {createNamer} from './elements';
import PartOfPage from './PartOfPage';
import type {Setting} from './PartOfPage';
import {useRenderer} from './renderer';
import {outline, useElements} from './split';

interface Children {
  readonly children?: ReactNode;
}

/** What MDX calls a component: a site may have brought its own wrapper. */
type Wrapper = NonNullable<ReturnType<typeof useMDXComponents>['wrapper']>;

interface SectionsProps extends Children {
  /** Docusaurus' name of the page's file. */
  readonly source: string;
}

/** Takes the place of MDX's wrapper around the page; what is inside keeps the site's own. */
export default function Sections({source, children}: SectionsProps) {
  const outer = useMDXComponents().wrapper;
  const components = useMemo(
    () => ({
      wrapper: (props: Children) => <PageWrapper {...props} source={source} outer={outer} />,
    }),
    [source, outer],
  );
  return <MDXProvider components={components}>{children}</MDXProvider>;
}

interface WrapperProps extends SectionsProps {
  readonly outer: Wrapper | undefined;
}

function PageWrapper({children, source, outer}: WrapperProps) {
  const components = useMDXComponents();
  const elements = useElements(children);
  const setting = useMemo(
    () =>
      elements === null
        ? null
        : {page: outline(elements, createNamer(components)), components, source},
    // The elements are made anew at every call; they are others only when `children` is.
    [children, components, source, elements === null],
  );
  useWarning(setting === null);
  // Documents inside this one are taken apart by nobody.
  const inner = useMemo(() => (all: typeof components) => withWrapper(all, outer), [outer]);
  const Outer = outer ?? Fragment;
  return (
    <MDXProvider components={inner}>
      <Outer>{setting === null ? children : <Parts setting={setting} />}</Outer>
    </MDXProvider>
  );
}

function withWrapper<Components extends object>(all: Components, outer: Wrapper | undefined) {
  return {...all, wrapper: outer};
}

let hasWarned = false;

/** The owner of the site should know; the learner reads the author's page as ever. */
function useWarning(isUnknown: boolean): void {
  useEffect(() => {
    if (!isUnknown || hasWarned || process.env.NODE_ENV === 'production') return;
    hasWarned = true;
    console.warn('Chapterwise cannot take this page apart; it is shown as its author wrote it.');
  }, [isUnknown]);
}

const Parts = memo(function Parts({setting}: {readonly setting: Setting}) {
  const {page} = setting;
  const store = useChapterStore();
  const select = useMemo(() => createDivider(page), [page]);
  const parts = useChapterValue(store, select) ?? divide(page, null);
  useRenderer(useChapterValue(store, hasBegun) ?? false);
  return parts.map((part) => (
    <PartOfPage
      key={part.from === part.to ? `empty-${part.index}` : part.from}
      part={part}
      setting={setting}
    />
  ));
});

function hasBegun(state: ChapterState): boolean {
  return state.phase !== 'idle' || state.plan !== null;
}
