/** The small parts of rendering: hashes, links, spellings, and where sections begin. */

import {createHash} from 'node:crypto';
import {expect, test} from 'vitest';

import {divide} from '../dividing';
import {resolveLink} from '../links';
import {prepare} from '../preparing';
import {hashText} from '../sha256';
import {escapeHtml, relabel} from '../toc';
import type {Page} from '../split';
import {planOf, section} from './answers';

test.each([0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 1000, 70_000])(
  'the hash of %i characters is the one that Node makes',
  (length) => {
    for (const letter of ['a', 'ر', '🤖']) {
      const text = letter.repeat(length);
      expect(hashText(text)).toBe(createHash('sha256').update(text).digest('hex'));
    }
  },
);

const SOURCES = Object.fromEntries(
  ['a', 'module-1/b', 'module-1/c d', 'index'].map((name) => [
    `@site/docs/${name}.md`,
    {chapter_id: name, source_hash: '', permalink: `/book/${name}`},
  ]),
);

test.each([
  ['./c%20d.md#part', '/book/module-1/c d#part'],
  ['../a.md', '/book/a'],
  ['../a.md?x=1#y', '/book/a?x=1#y'],
  ['c d.md', '/book/module-1/c d'],
  ['java script:alert(1)', null],
  ['/docs/a.md', '/book/a'],
  ['@site/docs/index.md', '/book/index'],
  ['./unknown.md', './unknown.md'],
  ['#part', '#part'],
  ['https://example.org/a.md', 'https://example.org/a.md'],
  ['mailto:a@example.org', 'mailto:a@example.org'],
  ['./data/run.csv', '/assets/files/run-0a1b2c3d4e5f.csv'],
  ['./data/other.csv', './data/other.csv'],
  ['javascript:alert(1)', null],
  ['constructor.md', 'constructor.md'],
])('a link to %s leads to %s', (target, wanted) => {
  const addresses = ['/assets/files/run-0a1b2c3d4e5f.csv', '#x'];
  const map = {source: '@site/docs/module-1/b.md', sources: SOURCES, addresses};
  expect(resolveLink(target, map)).toBe(wanted);
});

test('a note’s title may stand behind its kind, but not in a listing', () => {
  expect(prepare(':::note The title\n\nx\n\n:::')).toBe(':::note[The title]\n\nx\n\n:::');
  const plain = ':::note[Title]\n:::tip{id="x"}\n:::';
  expect(prepare(plain)).toBe(plain);
  const listing = '````md\n```\n:::note The title\n<details>\n````';
  expect(prepare(listing)).toBe(listing);
  const inList = '- Do:\n\n  ~~~md\n  :::note The title\n  ~~~\n';
  expect(prepare(inList)).toBe(inList);
});

/** A page of `count` elements with headings at these places. */
function pageOf(count: number, anchors: Readonly<Record<string, number>>): Page {
  return {
    elements: Array.from({length: count}, () => null),
    count,
    anchors: Object.entries(anchors).map(([id, at]) => ({id, at})),
    name: () => null,
  };
}

const startsOf = (page: Page, ids: readonly string[], sizes: Readonly<Record<string, number>>) => {
  const sections = ids.map((id) => section({id}));
  const {data: plan} = planOf({sections});
  const known = Object.entries(sizes).map(
    ([id, elements]) => [id, section({id, elements})] as const,
  );
  return divide(page, {plan, sections: new Map(known)}).map(({from, index}) => [from, index]);
};

test('sections begin at their headings, and the first at the top', () => {
  const page = pageOf(9, {one: 2, two: 6});
  expect(startsOf(page, ['one', 'two'], {})).toEqual([
    [0, 0],
    [6, 1],
  ]);
});

test('a part without a heading begins where the one before it ends', () => {
  const page = pageOf(9, {one: 0, two: 6});
  const ids = ['one', 'one--2', 'one--3', 'two'];
  expect(startsOf(page, ids, {})).toEqual([
    [0, 0],
    [6, 3],
  ]);
  expect(startsOf(page, ids, {one: 2, 'one--2': 2})).toEqual([
    [0, 0],
    [2, 1],
    [4, 2],
    [6, 3],
  ]);
  expect(startsOf(page, ids, {'one--3': 1})).toEqual([
    [0, 0],
    [5, 2],
    [6, 3],
  ]);
});

test('a heading that is twice on the page says nothing', () => {
  const page: Page = {...pageOf(6, {}), anchors: [0, 2, 4].map((at) => ({id: 'same', at}))};
  expect(startsOf(page, ['same', 'same-1'], {})).toEqual([[0, 0]]);
  expect(startsOf(page, ['same', 'same-1'], {same: 2})).toEqual([
    [0, 0],
    [2, 1],
  ]);
});

test('sizes that lead out of the page place nothing', () => {
  const page = pageOf(4, {});
  expect(startsOf(page, ['one', 'two'], {one: 40})).toEqual([[0, 0]]);
  expect(startsOf(page, ['one', 'two', 'three'], {three: 40})).toEqual([[0, 0]]);
});

test('the author’s label stays, with its marks, where its words do', () => {
  const toc = [{id: 'a', level: 2, value: 'The <code>ros2</code> &amp; tool'}];
  const headings = (text: string) => ({title: null, headings: new Map([['a', text]])});
  expect(relabel(toc, headings('The ros2 & tool'), null, '')[0]?.value).toBe(toc[0]?.value);
  expect(relabel(toc, headings('<b>'), null, '')[0]?.value).toBe(escapeHtml('<b>'));
  expect(escapeHtml('<b>')).not.toMatch(/[<>]/);
});
