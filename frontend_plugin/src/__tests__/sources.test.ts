/** The pages of a site as the API knows them. */

import {createHash} from 'node:crypto';
import {mkdtemp, mkdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {findChapterId} from '../naming';
import {describeSources, listPages} from '../sources';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chapterwise-'));
});

afterEach(() => rm(root, {recursive: true}));

async function writePage(path: string, bytes: string | Uint8Array, frontMatter = {}) {
  const file = join(root, 'site', path);
  await mkdir(dirname(file), {recursive: true});
  await writeFile(file, bytes);
  return {source: `@site/${path}`, permalink: `/${path.replace(/\.\w+$/, '')}`, frontMatter};
}

test('each page has its chapter, its address and the hash of its bytes', async () => {
  const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x23, 0x20, 0xd9, 0x86, 0x0d, 0x0a);
  const pages = [
    await writePage('docs/module-2/ros2.mdx', bytes),
    await writePage('docs/intro.md', '# Intro\n', {chapter_id: 'start', slug: '/'}),
    await writePage('community/rules.md', '# Rules\n'),
    await writePage('versioned_docs/version-1/intro.md', '# Old\n'),
  ];
  const sources = await describeSources(pages, join(root, 'site'), 'docs');
  expect(sources['@site/docs/module-2/ros2.mdx']).toEqual({
    chapter_id: 'module-2/ros2',
    source_hash: createHash('sha256').update(bytes).digest('hex'),
    permalink: '/docs/module-2/ros2',
  });
  expect(sources['@site/docs/intro.md']?.chapter_id).toBe('start');
  expect(sources['@site/community/rules.md']?.chapter_id).toBeNull();
  expect(sources['@site/versioned_docs/version-1/intro.md']?.chapter_id).toBeNull();
  expect(Object.keys(sources)).toEqual(Object.keys(sources).sort());
});

test('chapters may lie outside of the site', async () => {
  const page = await writePage('../docs/chapter-01.md', '# One\n');
  const sources = await describeSources([page], join(root, 'site'), '../docs');
  expect(sources['@site/../docs/chapter-01.md']?.chapter_id).toBe('chapter-01');
});

test('a page whose file has gone fails the build', async () => {
  const gone = {source: '@site/docs/gone.md', permalink: '/gone', frontMatter: {}};
  await expect(describeSources([gone], root, 'docs')).rejects.toThrow('ENOENT');
});

test('pages of all docs instances and versions are listed, and nothing else', () => {
  const doc = (source: string) => ({source, permalink: '/', frontMatter: {}});
  const pages = listPages({
    'docusaurus-plugin-content-docs': {
      default: {loadedVersions: [{docs: [doc('a')]}, {docs: [doc('b')]}]},
      community: {loadedVersions: [{docs: [doc('c')]}]},
      empty: undefined,
      odd: {loadedVersions: 5},
    },
    'docusaurus-plugin-content-blog': {default: {blogPosts: []}},
  });
  expect(pages.map(({source}) => source)).toEqual(['a', 'b', 'c']);
  expect(listPages({})).toEqual([]);
});

test.each([
  ['@site/docs/chapter-01.md', 'docs', 'chapter-01'],
  ['@site/docs/chapter-01.md', './docs/', 'chapter-01'],
  ['@site/docs/chapter-01.md', 'site/../docs', 'chapter-01'],
  ['@site/docs/chapter-01.md', '.', 'docs/chapter-01'],
  ['@site/docs/02-a b/کتاب.v2.mdx', 'docs', '02-a b/کتاب.v2'],
  ['@site/docs-2/chapter-01.md', 'docs', null],
  ['@site/docs/data.json', 'docs', null],
  ['@site/../docs/chapter-01.md', '..\\docs', 'chapter-01'],
  ['@site/../docs/chapter-01.md', 'docs', null],
  ['@site/i18n/ur/docusaurus-plugin-content-docs/current/chapter-01.md', 'docs', null],
])('%s with %s is chapter %s', (source, docsDir, expected) => {
  expect(findChapterId({source, frontMatter: {}}, docsDir)).toBe(expected);
});

test('front matter names another chapter, or none', () => {
  const source = '@site/elsewhere/a.md';
  const find = (frontMatter: Record<string, unknown>) =>
    findChapterId({source, frontMatter}, 'docs');
  expect(find({chapter_id: ' module-2/ros2 '})).toBe('module-2/ros2');
  expect(find({chapter_id: ''})).toBeNull();
  expect(find({chapter_id: 7})).toBeNull();
  expect(find({chapter_id: 'a', personalize: false})).toBeNull();
  expect(find({chapter_id: 'a', personalize: true})).toBe('a');
});
