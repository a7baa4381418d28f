/** The pages of the site as the API knows them: the hash of each file, its chapter, its address. */

import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {resolve} from 'node:path';
import type {AllContent} from '@docusaurus/types';
import {findChapterId} from './naming';
import type {PageSource, Source, Sources} from './naming';

export const SOURCES_FILE = 'sources.json';

interface Page extends PageSource {
  readonly permalink: string;
}

interface DocsContent {
  readonly loadedVersions: readonly {
    readonly docs: readonly Page[];
  }[];
}

const DOCS_PLUGIN = 'docusaurus-plugin-content-docs';

/** All pages of all docs instances and versions. */
export function listPages(allContent: AllContent): readonly Page[] {
  const instances = Object.values(allContent[DOCS_PLUGIN] ?? {}).filter(isDocsContent);
  return instances.flatMap((content) => content.loadedVersions.flatMap((version) => version.docs));
}

export async function describeSources(
  pages: readonly Page[],
  siteDir: string,
  docsDir: string,
): Promise<Sources> {
  const described = await Promise.all(
    pages.map(async (page) => [page.source, await describe(page, siteDir, docsDir)] as const),
  );
  return Object.fromEntries([...described].sort(([one], [other]) => (one < other ? -1 : 1)));
}

async function describe(page: Page, siteDir: string, docsDir: string): Promise<Source> {
  const bytes = await readFile(resolve(siteDir, page.source.replace(/^@site\//, '')));
  return {
    chapter_id: findChapterId(page, docsDir),
    source_hash: createHash('sha256').update(bytes).digest('hex'),
    permalink: page.permalink,
  };
}

/** Other versions of the docs plugin may load something else; then there is nothing to describe. */
function isDocsContent(content: unknown): content is DocsContent {
  return (
    typeof content === 'object' &&
    content !== null &&
    'loadedVersions' in content &&
    Array.isArray(content.loadedVersions)
  );
}
