/** Which chapter of the API a page of the site is; used by the build and in the browser. */

export interface PageSource {
  /** Docusaurus' name of the file: `@site/docs/module-2/ros2.mdx`. */
  readonly source: string;
  readonly frontMatter: Readonly<Record<string, unknown>>;
}

export interface Source {
  readonly chapter_id: string | null;
  /** SHA-256 of the file's bytes. */
  readonly source_hash: string;
  readonly permalink: string;
}

/** By Docusaurus' name of the file, which is unique over all docs instances and versions. */
export type Sources = Readonly<Record<string, Source>>;

/** The chapter's id, or null where the page has none or its author wants no bar on it. */
export function findChapterId(page: PageSource, docsDir: string): string | null {
  if (page.frontMatter.personalize === false) return null;
  const given = page.frontMatter.chapter_id;
  if (typeof given === 'string' && given.trim() !== '') return given.trim();
  return findPathBelow(page.source, docsDir);
}

/** The path below the folder that the API serves, without its ending. */
function findPathBelow(source: string, docsDir: string): string | null {
  const folder = nameFolder(docsDir);
  const isChapter = /\.mdx?$/.test(source) && source.startsWith(folder);
  return isChapter ? source.slice(folder.length).replace(/\.mdx?$/, '') : null;
}

/** `./docs/` and `docs` are the same folder; `.` is the site itself. */
function nameFolder(docsDir: string): string {
  const parts: string[] = [];
  for (const part of docsDir.replaceAll('\\', '/').split('/')) {
    if (part === '' || part === '.') continue;
    const before = parts.at(-1);
    if (part === '..' && before !== undefined && before !== '..') parts.pop();
    else parts.push(part);
  }
  return ['@site', ...parts, ''].join('/');
}
