// @vitest-environment jsdom
/** A chapter on its page: the author's until a section has come, and then the learner's. */

import {act, cleanup, fireEvent, render, screen} from '@testing-library/react';
import axe from 'axe-core';
import React, {useState} from 'react';
import type {ComponentType} from 'react';
import {hydrateRoot} from 'react-dom/client';
import {renderToString} from 'react-dom/server';
import {afterEach, beforeAll, beforeEach, expect, test, vi} from 'vitest';

import {loadRenderer} from '../renderer';
import {hashText} from '../sha256';
import {markdown, section} from './answers';
import type {Answer} from './answers';
import {compileDoc, findSection, openPage, openStore, Site} from './site';

beforeAll(async () => {
  await loadRenderer();
});

const CODE = 'ros2 topic list';
const renders = vi.fn<(name: string) => void>();

beforeEach(() => {
  renders.mockClear();
});

afterEach(cleanup);

function Counter() {
  const [count, setCount] = useState(0);
  return <button onClick={() => setCount(count + 1)}>Counted {count}</button>;
}

function Second() {
  renders('second');
  return <p>The second section.</p>;
}

const CHAPTER = `
The lead, in the author's words.

## One

Some **words** on nodes.

\`\`\`bash
${CODE}
\`\`\`

<Counter />

More words.

## Two

<Second />

Words of two.
`;

const code = {
  native: 0,
  kind: 'code',
  text_hash: hashText(CODE),
  element: 3,
} as const;
const counter = {native: 1, kind: 'jsx', text_hash: hashText('<Counter />'), element: 4} as const;
const second = {native: 2, kind: 'jsx', text_hash: hashText('<Second />'), element: 7} as const;

const ANSWER: Answer = {
  sections: [
    section({id: 'intro', elements: 1, blocks: [markdown('The lead, for you.\n\n')]}),
    section({
      id: 'one',
      elements: 5,
      headings: [{level: 2, id: 'one', text: 'One, simply'}],
      blocks: [
        markdown('## One, simply\n\nPlain words on nodes.\n\n'),
        code,
        counter,
        markdown('Fewer words.\n\n:::note[Your hardware]\n\nA board.\n\n:::\n'),
      ],
    }),
    section({
      id: 'two',
      elements: 3,
      headings: [{level: 2, id: 'two', text: 'Two'}],
      blocks: [markdown('## Two\n\n'), second, markdown('New words of two.\n')],
    }),
  ],
};

const compileChapter = () => compileDoc(CHAPTER, {Counter, Second});

async function open(answer: Answer = ANSWER, source?: string) {
  const doc = source === undefined ? await compileChapter() : await compileDoc(source);
  return openPage(doc, answer);
}

test('what the server writes is what the browser begins with: the author’s page', async () => {
  const faults = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const doc = await compileChapter();
  const {store} = await openStore();
  const container = document.createElement('div');
  container.innerHTML = renderToString(<Site doc={doc} store={store} />);
  document.body.append(container);
  expect(container.textContent).toContain('The lead, in the author');
  expect(container.querySelectorAll('[data-chapterwise-section]')).toHaveLength(3);
  const root = await act(async () => hydrateRoot(container, <Site doc={doc} store={store} />));
  expect(faults).not.toHaveBeenCalled();
  act(() => root.unmount());
  container.remove();
});

test('each section is the author’s until its own has come', async () => {
  const {container, come} = await open();
  await come(1);
  expect(findSection(container, 'one').textContent).toContain('Plain words on nodes.');
  expect(findSection(container, 'one').textContent).not.toContain('Some words');
  expect(findSection(container, 'two').textContent).toContain('Words of two.');
});

test('sections of a page without rewritten parts keep their elements in order', async () => {
  const {container, all} = await open();
  await all();
  const text = findSection(container, 'one').textContent ?? '';
  const places = ['One, simply', 'Plain words', CODE, 'Counted 0', 'Fewer words.', 'A board.'];
  expect(places.map((words) => text.indexOf(words))).toEqual(
    places.map((words) => text.indexOf(words)).sort((one, other) => one - other),
  );
  expect(places.every((words) => text.includes(words))).toBe(true);
});

test('a component keeps its state over the first answer and every change of view', async () => {
  const {store, all} = await open();
  fireEvent.click(screen.getByRole('button', {name: 'Counted 0'}));
  const button = screen.getByRole('button', {name: 'Counted 1'});
  await all();
  expect(screen.getByRole('button', {name: 'Counted 1'})).toBe(button);
  fireEvent.click(button);
  act(() => store.show('original'));
  expect(screen.getByRole('button', {name: 'Counted 2'})).toBe(button);
  act(() => store.show('personalized'));
  expect(screen.getByRole('button', {name: 'Counted 2'})).toBe(button);
});

test('no id is twice in the page, in either view', async () => {
  const {container, store, all} = await open();
  await all();
  const ids = () => [...container.querySelectorAll('[id]')].map((each) => each.id);
  expect(new Set(ids()).size).toBe(ids().length);
  expect(ids()).toEqual(expect.arrayContaining(['one', 'two']));
  act(() => store.show('original'));
  expect(ids()).toEqual(expect.arrayContaining(['one', 'two']));
});

test('an event renders its own section only', async () => {
  const {come} = await open();
  renders.mockClear();
  await come(0);
  await come(1);
  expect(renders).not.toHaveBeenCalled();
});

test('listings look like the site’s own, with their title', async () => {
  const listing = '```python title="watch.py" {1}\nprint()\n```';
  const answer = {
    sections: [
      section({
        id: 'intro',
        elements: 1,
        blocks: [markdown(`- Do this:\n\n  ${listing.replaceAll('\n', '\n  ')}\n`)],
      }),
    ],
  };
  const {container, all} = await open(answer, '- Do that:\n\n  ```python\n  print()\n  ```\n');
  await all();
  expect(container.querySelector('.theme-code-block')?.textContent).toContain('watch.py');
  expect(container.querySelector('.theme-code-block')?.className).toContain('language-python');
});

test('the table of contents and the headings follow, and ids stay', async () => {
  const {container, store, all} = await open();
  const links = () =>
    [...container.querySelectorAll('nav a')].map((link) => [
      link.getAttribute('href'),
      link.textContent,
    ]);
  expect(links()).toEqual([
    ['#one', 'One'],
    ['#two', 'Two'],
  ]);
  await all();
  expect(links()).toEqual([
    ['#one', 'One, simply'],
    ['#two', 'Two'],
  ]);
  expect(container.querySelector('h2#one')?.textContent).toContain('One, simply');
  act(() => store.show('original'));
  expect(links()[0]).toEqual(['#one', 'One']);
});

test('a title that only the front matter has is shown in the words of the answer', async () => {
  const {container, all} = await open({...ANSWER, title: 'A title for you'});
  expect(container.querySelector('h1')?.textContent).toBe('The author’s title');
  await all();
  expect(container.querySelector('h1')?.textContent).toBe('A title for you');
});

test('a document inside the document is not taken apart', async () => {
  const Inner = (await compileDoc('Inner words.\n\n## Inner\n\nMore.\n')) as ComponentType;
  const doc = await compileDoc('## Outer\n\n<Inner />\n', {Inner});
  const {store} = await openStore();
  const {container} = render(<Site doc={doc} store={store} />);
  expect(container.textContent).toContain('Inner words.');
  expect(container.querySelectorAll('[data-chapterwise-section]')).toHaveLength(1);
});

const MISMATCHES: readonly (readonly [string, object])[] = [
  ['another number of elements', {elements: 4}],
  ['no blocks', {blocks: null}],
  ['another listing', {blocks: [{...code, text_hash: hashText('rm -r /')}, counter]}],
  ['a listing where prose is', {blocks: [{...code, element: 2}, counter]}],
  ['elements in another order', {blocks: [counter, code]}],
  ['an element of another section', {blocks: [{...counter, element: 7}]}],
  ['a heading in a component’s place', {blocks: [{...counter, element: 1}]}],
];

test.each(MISMATCHES)('with %s the author’s section stays', async (_, wrong) => {
  const [intro, one, two] = ANSWER.sections;
  if (!intro || !one || !two) throw new Error('The answer has three sections.');
  const {container, all} = await open({sections: [intro, {...one, ...wrong}, two]});
  await all();
  const text = findSection(container, 'one').textContent;
  expect(text).toContain('Some words on nodes.');
  expect(text).not.toContain('Plain words');
  expect(findSection(container, 'intro').textContent).toContain('for you');
});

test('what cannot be rendered gives way to the author’s section', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const doc = await compileChapter();
  const broken = {
    admonition: () => {
      throw new Error('This site has no notes.');
    },
  };
  const {container, all} = await openPage(doc, ANSWER, broken);
  await all();
  expect(findSection(container, 'one').textContent).toContain('Some words on nodes.');
  expect(findSection(container, 'two').textContent).toContain('New words of two.');
});

test('parts of a section that was cut further find their places', async () => {
  const source = '## Long\n\nOne.\n\nTwo.\n\nThree.\n\n## Next\n\nFour.\n';
  const headings = [{level: 2, id: 'long', text: 'Long'}];
  const answer = {
    sections: [
      section({id: 'long', elements: 2, headings, blocks: [markdown('## Long\n\nUno.\n')]}),
      section({id: 'long--2', elements: 2, blocks: [markdown('Dos.\n\nTres.\n')]}),
      section({id: 'next', elements: 2, blocks: [markdown('## Next\n\nCuatro.\n')]}),
    ],
  };
  const {container, come} = await open(answer, source);
  await come(1);
  expect(findSection(container, 'long').textContent).toContain('One.');
  expect(findSection(container, 'long--2').textContent).toContain('Dos.');
  await come(0);
  expect(findSection(container, 'long').textContent).toContain('Uno.');
  expect(container.textContent).not.toMatch(/One\.|Two\.|Three\./);
  expect(container.textContent).toContain('Four.');
});

test('in the language of the page nothing is turned', async () => {
  const {container, all} = await open();
  await all();
  expect(findSection(container, 'one').textContent).toContain('Plain words');
  expect(container.querySelectorAll('.turned')).toHaveLength(0);
  expect(container.querySelectorAll('section [dir]:not([dir=ltr])')).toHaveLength(0);
});

test('Urdu runs from right to left, and each section says its own language', async () => {
  const [intro, one, two] = ANSWER.sections;
  if (!intro || !one || !two) throw new Error('The answer has three sections.');
  const urdu: Answer = {
    language: 'ur',
    direction: 'rtl',
    title: 'ROS 2 کا تعارف',
    sections: [
      intro,
      {...one, headings: [{level: 2, id: 'one', text: 'ایک'}]},
      {...two, status: 'fallback', reason: 'The model could not be reached.'},
    ],
  };
  const {container, all} = await open(urdu);
  await all();
  const body = (id: string) => findSection(container, id).querySelector('.markdown');
  expect(body('one')?.getAttribute('dir')).toBe('rtl');
  expect(body('one')?.getAttribute('lang')).toBe('ur');
  expect(body('one')?.className).toContain('turned');
  expect(body('two')?.getAttribute('dir')).toBe('ltr');
  expect(body('two')?.getAttribute('lang')).toBe('en');
  expect(container.querySelector('h1')?.closest('[dir]')?.getAttribute('dir')).toBe('rtl');
  expect(container.querySelector('h1')?.closest('[lang]')?.getAttribute('lang')).toBe('ur');
  const label = container.querySelector('nav a[href="#one"] span');
  expect([label?.getAttribute('dir'), label?.getAttribute('lang')]).toEqual(['rtl', 'ur']);
  expect(container.querySelector('nav a[href="#two"] span')).toBeNull();
});

test('the rewritten text has no fault of accessibility that the author’s has not', async () => {
  const {container, all} = await open();
  const check = async () => {
    const {violations} = await axe.run(container, {rules: {region: {enabled: false}}});
    return violations.map((violation) => violation.id).sort();
  };
  const before = await check();
  await all();
  expect(await check()).toEqual(before);
}, 30_000);
