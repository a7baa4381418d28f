/** What was changed, as a reader sees it. */

import {expect, test} from 'vitest';
import {describeDifference} from '../difference';

function show(before: string, after: string): string {
  return describeDifference(before, after)
    .map(({kind, text}) => ({same: text, added: `[+${text}]`, removed: `[-${text}]`})[kind])
    .join('');
}

function side(before: string, after: string, dropped: 'added' | 'removed'): string {
  return describeDifference(before, after)
    .filter(({kind}) => kind !== dropped)
    .map(({text}) => text)
    .join('');
}

test('words are marked, not letters', () => {
  expect(show('A node is a process.', 'A node is a program.')).toBe(
    'A node is a [-process][+program].',
  );
});

test('a changed phrase is one change', () => {
  expect(show('It uses a distributed graph now.', 'It uses many small parts now.')).toBe(
    'It uses [-a distributed graph][+many small parts] now.',
  );
});

test('nothing changed is all the same, and nothing is nothing', () => {
  expect(describeDifference('Same **words**', 'Same words')).toEqual([
    {kind: 'same', text: 'Same words'},
  ]);
  expect(describeDifference('', '')).toEqual([]);
  expect(describeDifference('', 'new')).toEqual([{kind: 'added', text: 'new'}]);
});

test('marks of Markdown are not shown', () => {
  const markdown = [
    '---',
    'title: x',
    '---',
    '## A *heading* {#id}',
    '',
    '> A [link](./a.md "t") and ![an image](b.png).',
    '',
    ':::note[Your hardware]',
    '- **one**',
    '- two \\*',
    ':::',
    '',
    '| a | b |',
    '|---|---|',
    '| c | d |',
    '',
    '<!-- personalize: off -->',
    '[ref]: https://example.org',
  ].join('\n');
  const [all] = describeDifference(markdown, markdown);
  expect(all?.text).toBe(
    'A heading\n\nA link and an image.\n\nYour hardware\n• one\n• two *\n\n a b\n c d',
  );
});

test('listings, inline code and formulas are changed whole or not at all', () => {
  const before = 'Run `ros2 run a b` so that $x_1 + y$ holds.\n\n```bash\nls *a*\n```\n';
  const after = 'Run `ros2 run a c` so that $x_1 + z$ holds.\n\n```bash\nls *a*\n```\n';
  expect(show(before, after)).toBe(
    'Run [-ros2 run a b][+ros2 run a c] so that [-x_1 + y][+x_1 + z] holds.\n\nls *a*',
  );
});

test('names with underscores and stars that are no marks stay', () => {
  const text = 'my_node_name costs 5 * 3 and a_b';
  expect(describeDifference(text, text)[0]?.text).toBe(text);
});

test('languages without spaces have words too', () => {
  const changes = describeDifference('ロボットは机の上です。', 'ロボットは床の上です。');
  expect(changes.find(({kind}) => kind === 'removed')?.text).toBe('机');
});

test('another language altogether is one text instead of another', () => {
  expect(show('A node is small.', 'نوڈ چھوٹا ہے۔')).toBe('[-A node is small.][+نوڈ چھوٹا ہے۔]');
});

test('both sides can be read whole from the changes', () => {
  const before = 'The arm moves to x=1, then waits. It is slow.\n\nA second paragraph.';
  const after = 'First the arm moves; it waits then.\n\nA paragraph, the second one.';
  expect(side(before, after, 'added')).toBe(before);
  expect(side(before, after, 'removed')).toBe(after);
});

test('huge texts, and texts made to be slow, come to an end', () => {
  const words = (seed: number): string =>
    Array.from({length: 20_000}, (_, index) => `w${(index * seed) % 9973}`).join(' ');
  const huge = describeDifference(words(7), words(11));
  expect(huge.map(({kind}) => kind)).toContain('added');
  const units = [...'[`$*<(|_{ ', '> ', '<!--', '![', '~~', '- ', '---x', ']('];
  for (const unit of units) {
    const nasty = `a ${unit.repeat(30_000 / unit.length)}`;
    expect(side(nasty, `${nasty}x`, 'removed')).toContain('a');
  }
});

test('marks of ours in a text are not taken for ours', () => {
  expect(show('\uE000a\uE001', 'a b')).toBe('a[+ b]');
});
