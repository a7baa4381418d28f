/** Which chapter of the API the page is, and what the build knows of all pages. */

import {useMemo} from 'react';
import {useDoc} from '@docusaurus/plugin-content-docs/client';

import {findChapterId} from '../naming';
import type {Sources} from '../naming';
import {useOptions} from './options';

export interface PageChapter {
  readonly chapterId: string;
  /** Docusaurus' name of the file, unique over all docs instances and versions. */
  readonly source: string;
}

/** The page's chapter; null where it has none, or its author wants no bar on it. */
export function usePageChapter(): PageChapter | null {
  const {metadata, frontMatter} = useDoc();
  const options = useOptions();
  return useMemo(() => {
    const {source} = metadata;
    if (options === null) return null;
    const chapterId = findChapterId({source, frontMatter: {...frontMatter}}, options.docsDir);
    return chapterId === null ? null : {chapterId, source};
  }, [metadata, frontMatter, options]);
}

let sources: Promise<Sources> | undefined;

/** The build's list of pages, fetched when it is first needed; empty where it cannot be had. */
export function loadSources(): Promise<Sources> {
  sources ??= import('@generated/docusaurus-theme-chapterwise/default/sources.json').then(
    (module) => module.default,
    () => {
      sources = undefined;
      return {};
    },
  );
  return sources;
}

/** The hash of the file that the page was built from. */
export async function findSourceHash(source: string): Promise<string | null> {
  return (await loadSources())[source]?.source_hash ?? null;
}
