// @vitest-environment jsdom
/** Rewritten Markdown on the page: like the site's own, and never more than text and elements. */

import {act, cleanup} from '@testing-library/react';
import {afterEach, beforeAll, expect, test, vi} from 'vitest';

import type {ShownSection} from '../../../core/types';
import {loadRenderer} from '../renderer';
import {markdown, section} from './answers';
import {compileDoc, findSection, openPage} from './site';

beforeAll(async () => {
  await loadRenderer();
});

afterEach(cleanup);

/** One section with this text in place of the author's. */
async function show(text: string, source = 'Words.\n', given: Partial<ShownSection> = {}) {
  const doc = await compileDoc(source);
  const blocks = [markdown(text)];
  const shown = section({id: 'intro', elements: 1, blocks, ...given});
  const {container, all} = await openPage(doc, {sections: [shown]});
  await all();
  const body = findSection(container, shown.id).querySelector('.markdown');
  if (!(body instanceof HTMLElement)) throw new Error('The section has no body.');
  return {body, container};
}

const alert = vi.fn();
Object.assign(window, {alert});

const EVIL = '<img src=x onerror=alert(1)><script>alert(1)</script>';

const PLACES: Readonly<Record<string, string>> = {
  paragraph: `Words ${EVIL} more`,
  'block of HTML': `<div onclick="alert(1)">${EVIL}</div>`,
  frame: '<iframe src="javascript:alert(1)"></iframe>',
  drawing: '<svg onload="alert(1)"><a href="javascript:alert(1)">x</a></svg>',
  style: '<style>body{display:none}</style>',
  form: '<form action="https://evil.example"><input name="password"></form>',
  'tag of the list with a handler': '<kbd onclick="alert(1)">Ctrl</kbd> <b style="x">y</b>',
  group: [
    '<details ontoggle="alert(1)" open>',
    `<summary onclick="alert(1)">${EVIL}</summary>\n\n${EVIL}\n\n</details>`,
  ].join('\n'),
  heading: `## Title ${EVIL}`,
  link: '[x](javascript:alert(1)) [y](JaVaScRiPt&#58;alert(1)) [z](<java\tscript:alert(1)>)',
  'link with data': '[x](data:text/html,<script>alert(1)</script>) [y](vbscript:x) [z](blob:x)',
  'link by reference': '[x][evil]\n\n[evil]: javascript:alert(1) "title"',
  'link’s title': `[x](https://example.org '"><img src=x onerror=alert(1)>')`,
  autolink: '<javascript:alert(1)>',
  image: '![x](javascript:alert(1)) ![y](data:image/svg+xml,<svg/onload=alert(1)>)',
  'image by reference': '![x][evil]\n\n[evil]: javascript:alert(1)',
  'image’s words': `![${EVIL}](https://example.org/a.png)`,
  'note’s title': `:::note[${EVIL}]\n\nWords\n\n:::`,
  'note’s attributes':
    ':::note{title="<img src=x onerror=alert(1)>" onclick="alert(1)" style="x"}\n\nx\n\n:::',
  'note of a strange kind': ':::script{src="https://evil.example/x.js"}\n\nalert(1)\n\n:::',
  'directive in text': 'a :script[alert(1)]{onclick="alert(1)"} b',
  'directive on a line': '::iframe{src="javascript:alert(1)"}',
  listing: '```js live title="<img src=x onerror=alert(1)>" onclick=alert(1)\nalert(1)\n```',
  'listing’s language': '```"><img/src=x/onerror=alert(1)>\nx\n```',
  formula: '$\\href{javascript:alert(1)}{x}$ and $$<img src=x onerror=alert(1)>$$',
  footnote: `Words[^1] and [^${'"><img src=x onerror=alert(1)>'}]\n\n[^1]: ${EVIL}`,
  table: `| a | ${EVIL} |\n|---|---|\n| ${EVIL} | [x](javascript:alert(1)) |`,
  quote: `> ${EVIL}`,
  list: `- [ ] ${EVIL}\n- <script>alert(1)</script>`,
  slot: '<chapterwise-slot slot="0"></chapterwise-slot> :::chapterwise-slot{slot=0}',
  'expression of MDX': '{alert(1)} <Counter onClick={() => alert(1)} /> import x from "y"',
  comment: '<!-- <img src=x onerror=alert(1)> --> {/* alert(1) */}',
};

test.each(Object.entries(PLACES))('a script in a %s does nothing', async (_, text) => {
  const {body} = await show(text, 'Words with $x$.\n', {
    headings: [{level: 2, id: 'one', text: EVIL}],
  });
  expect(body.textContent).not.toContain('Words with');
  const evil = 'script, iframe, style, form, object, embed, svg[onload]';
  expect(body.querySelectorAll(evil)).toHaveLength(0);
  for (const element of body.querySelectorAll('*')) {
    for (const {name, value} of element.attributes) {
      expect(name).not.toMatch(/^on/);
      const isAddress = name === 'href' || name === 'src';
      if (isAddress) expect(value).not.toMatch(/^\s*(?:java|vb|data|blob)/i);
    }
  }
  const images = [...body.querySelectorAll('img')].map((image) => image.getAttribute('src'));
  expect(images.every((source) => source?.startsWith('https://example.org/') ?? false)).toBe(true);
  expect(alert).not.toHaveBeenCalled();
});

test('a script in a heading or a title is text in the table of contents', async () => {
  const source = '## One\n\nWords.\n';
  const doc = await compileDoc(source);
  const shown = section({
    id: 'one',
    elements: 2,
    headings: [{level: 2, id: 'one', text: EVIL}],
    blocks: [markdown('## One\n\nx\n')],
  });
  for (const language of ['en', 'ur"><img src=x onerror=alert(1)>']) {
    const direction = language === 'en' ? 'ltr' : 'rtl';
    const answer = {sections: [shown], title: EVIL, language, direction} as const;
    const {container, all} = await openPage(doc, answer);
    await all();
    expect(container.querySelector('nav a')?.textContent).toBe(EVIL);
    expect(container.querySelector('h1')?.textContent).toBe(EVIL);
    expect(container.querySelectorAll('img, script')).toHaveLength(0);
    cleanup();
  }
});

test('a clock and a ratio are text, and a line with two colons is what was written', async () => {
  const {body} = await show('At 10:30am the ratio is 3:1, a:b :c.\n\n::name[x]\n');
  expect(body.textContent).toContain('At 10:30am the ratio is 3:1, a:b :c.');
  expect(body.textContent).toContain('::name[x]');
});

test('notes look like Docusaurus’ own, with plain and rich titles', async () => {
  const {body} = await show(
    ':::tip[Plain]\n\nOne.\n\n:::\n\n' +
      ':::warning[With `code`]\n\nTwo.\n\n:::\n\n' +
      ':::note Old spelling\n\nThree.\n\n:::\n',
  );
  const notes = [...body.querySelectorAll('.theme-admonition')];
  expect(notes.map((note) => note.textContent)).toEqual([
    'PlainOne.',
    'With codeTwo.',
    'Old spellingThree.',
  ]);
  expect(notes[1]?.querySelector('code')?.textContent).toBe('code');
  expect(notes[2]?.className).toContain('theme-admonition-note');
});

test('a formula is the one that the page has rendered', async () => {
  const source = 'Energy is $E = mc^2$.\n';
  const {body} = await show('The energy $E = mc^2$ and $a+b$.\n', source);
  expect(body.querySelectorAll('.katex')).toHaveLength(1);
  expect(body.querySelector('.katex annotation')?.textContent).toBe('E = mc^2');
  expect(body.querySelector('p > code')?.textContent).toBe('a+b');
});

test('a dollar is a dollar on a page without formulas', async () => {
  const {body} = await show('It costs $5 or $10.\n');
  expect(body.textContent).toBe('It costs $5 or $10.');
});

test('a picture is the one that the site has built, with the words of the answer', async () => {
  const graph = '![A graph](https://example.org/built-3f2a.png)';
  const source = `Look: ${graph} and ![B](https://example.org/b.png).\n`;
  const {body} = await show('See ![ایک](./img/b.png) and ![](./img/a.png).\n', source, {
    images: ['./img/a.png', './img/b.png'],
  });
  const images = [...body.querySelectorAll('img')];
  expect(images.map((image) => [image.getAttribute('src'), image.alt])).toEqual([
    ['https://example.org/b.png', 'ایک'],
    ['https://example.org/built-3f2a.png', 'A graph'],
  ]);
});

test('a picture that nobody knows is its words', async () => {
  const {body} = await show('See ![the graph](./img/other.png).\n');
  expect(body.textContent).toBe('See the graph.');
});

test('a footnote’s mark is the page’s own; one without a note stays text', async () => {
  const source = 'Words[^a].\n\n[^a]: The note.\n';
  const {body, container} = await show('Said[^a] and[^b] `x[^a]`.\n', source);
  const mark = body.querySelector('a[data-footnote-ref]');
  expect(mark?.textContent).toBe('1');
  expect(container.querySelector(mark?.getAttribute('href') ?? 'none')?.textContent).toContain(
    'The note.',
  );
  expect(body.textContent).toBe('Said1 and[^b] x[^a].');
  expect(container.querySelectorAll('section.footnotes')).toHaveLength(1);
});

test('the few tags that travel in Markdown are elements', async () => {
  const {body} = await show('Press <kbd>Ctrl</kbd>, H<sub>2</sub>O<br/>**<u>x</u>** <q>y</q>.\n');
  expect(body.querySelector('kbd')?.textContent).toBe('Ctrl');
  expect(body.querySelector('sub')?.textContent).toBe('2');
  expect(body.querySelector('strong u')?.textContent).toBe('x');
  expect(body.querySelectorAll('br')).toHaveLength(1);
  expect(body.querySelector('q')).toBeNull();
  expect(body.textContent).toContain('y.');
});

test('a group that opens is the site’s own', async () => {
  const {body} = await show(
    '<details>\n<summary>More *on* this</summary>\n\n- one\n- two\n\nLast.\n</details>\n\nAfter.\n',
  );
  const group = body.querySelector('details');
  expect(group?.querySelector('summary em')?.textContent).toBe('on');
  expect(group?.querySelectorAll('li')).toHaveLength(2);
  expect(group?.textContent).toContain('Last.');
  expect(group?.textContent).not.toContain('After.');
});

test('a diagram in a list is drawn by the page’s own component', async () => {
  const fence = '- Here:\n\n  ```mermaid\n  graph TD\n  ```\n';
  const {body} = await show(`${fence}\n  Drawn.\n`, fence);
  expect(body.querySelector('.docusaurus-mermaid-container')?.textContent).toBe('graph TD');
});

test('tables, tasks and lines through words', async () => {
  const {body} = await show('| a | b |\n|:--|--:|\n| 1 | ~~2~~ |\n\n- [x] done\n');
  expect(body.querySelectorAll('td')).toHaveLength(2);
  expect(body.querySelector('td:last-child')?.getAttribute('style')).toContain('right');
  expect(body.querySelector('del')?.textContent).toBe('2');
  expect(body.querySelector('input[type=checkbox]')?.hasAttribute('disabled')).toBe(true);
});

test('headings have the author’s ids, by their words where one is missing', async () => {
  const {body} = await show('## B\n\nx\n\n### C\n\ny\n', 'Words.\n', {
    headings: [
      {level: 2, id: 'a-id', text: 'A'},
      {level: 2, id: 'b-id', text: 'B'},
      {level: 3, id: 'c-id', text: 'See'},
    ],
  });
  expect(body.querySelector('h2')?.id).toBe('b-id');
  expect(body.querySelector('h3')?.id).toBe('c-id');
});

test('a title in the text keeps its header', async () => {
  const {body} = await show('# A title\n', '# Title\n', {
    id: 'title',
    headings: [{level: 1, id: 'title', text: 'A title'}],
  });
  expect(body.querySelector('header > h1')?.textContent).toBe('A title');
});

test('an indented line is no listing, as in MDX', async () => {
  const {body} = await show('Words.\n\n    Indented words.\n');
  expect(body.querySelector('pre')).toBeNull();
  expect(body.querySelectorAll('p')).toHaveLength(2);
});

const EVERYTHING = `Words with **strong**, *soft*, ~~gone~~, \`code\`, $E = mc^2$, a mark[^1].
A [link](https://example.org "Its title"), a [reference][here] and 10:30, 3:1.

[here]: https://example.org/here
[^1]: A note.
`;

const ALIKE: Readonly<Record<string, string>> = {
  words: EVERYTHING,
  list:
    '1. One\n\n   ```python title="a.py"\n   print()\n   ```\n\n' +
    '2. Two\n   - [x] done\n   - left\n',
  table: '| a | b | c |\n|:-:|--:|---|\n| **1** | `2` | 3<br/>4 |\n',
  quote: '> Said\n>\n> - one\n> - two\n',
  note: ':::tip[A **rich** title]\n\nWords\n\n- one\n\n:::\n',
  'note with its title behind': ':::danger Mind the gap\n\nWords\n\n:::\n',
  'notes in notes': '::::info[Outer]\n\n:::note\n\nInner\n\n:::\n\n::::\n',
  'group of details': '<details>\n<summary>More</summary>\n\nWords\n\n- one\n\n</details>\n',
  heading: '### A *soft* heading\n',
  tags: 'Press <kbd>Ctrl</kbd> for H<sub>2</sub>O.\n',
};

const alike = Object.entries(ALIKE);

test.each(alike)('the author’s own %s looks as the site shows it', async (_, text) => {
  const doc = await compileDoc(text);
  const {name, id, level} = {name: 'A soft heading', id: 'a-soft-heading', level: 3};
  const shown = section({
    id: 'intro',
    elements: 1,
    headings: text.startsWith('#') ? [{level, id, text: name}] : [],
    blocks: [markdown(text)],
  });
  const {container, store, all} = await openPage(doc, {sections: [shown]});
  const readBody = () => tidy(findSection(container, 'intro').querySelector('.markdown'));
  await all();
  expect(findSection(container, 'intro').textContent).toContain('Rewritten for you');
  const rewritten = readBody();
  act(() => store.show('original'));
  expect(rewritten).toBe(readBody());
});

/** Space between elements, and numbers that React counts, are not to be seen. */
function tidy(element: Element | null): string {
  return (element?.innerHTML ?? '').replace(/\s*\n\s*/g, ' ').replace(/(?<=>) | (?=<)/g, '');
}
