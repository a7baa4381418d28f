/** What a rewrite has changed, word by word. A chunk of its own: load it when it is asked for. */

import {diffArrays} from 'diff';
import {toPlainText} from './plain';

export interface Difference {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** More changes than these make no readable picture, and take their time to be found. */
const MOST_EDITS = 2000;
const MOST_CHARACTERS = 400_000;

/** Both are Markdown, and compared as the text that a reader sees of them. */
export function describeDifference(original: string, shown: string): readonly Difference[] {
  const before = toPlainText(original.slice(0, MOST_CHARACTERS));
  const after = toPlainText(shown.slice(0, MOST_CHARACTERS));
  const changes = diffArrays(Array.from(splitWords(before)), Array.from(splitWords(after)), {
    maxEditLength: MOST_EDITS,
  });
  if (changes === undefined) return keepFilled([removed(before), added(after)]);
  return joinRuns(
    changes.map((change) => {
      const text = change.value.join('');
      if (change.added) return added(text);
      return change.removed ? removed(text) : {kind: 'same', text};
    }),
  );
}

function added(text: string): Difference {
  return {kind: 'added', text};
}

function removed(text: string): Difference {
  return {kind: 'removed', text};
}

/** Marked by `toPlainText`: code and formulas, which are changed whole or not at all. */
const TOKEN = /\uE000([^\uE000\uE001]*)\uE001/g;

/** Words, and what stands between them; code and formulas are one each. */
function* splitWords(text: string): Generator<string, void, void> {
  let start = 0;
  for (const token of text.matchAll(TOKEN)) {
    yield* segment(text.slice(start, token.index));
    yield token[1] ?? '';
    start = token.index + token[0].length;
  }
  yield* segment(text.slice(start));
}

const segmenter =
  typeof Intl.Segmenter === 'function' ? new Intl.Segmenter('und', {granularity: 'word'}) : null;

/** Languages without spaces have words too; a browser without a segmenter gets the spaces only. */
function* segment(text: string): Generator<string, void, void> {
  // In pieces, because a segmenter's time grows with the square of the length; cut at spaces.
  for (const piece of text.match(/\n+|[^\n]{1,400}(?=\s|$)|[^\n]{1,400}/gu) ?? []) {
    if (segmenter === null) yield* piece.match(/\s+|\S+/gu) ?? [];
    else for (const {segment: word} of segmenter.segment(piece)) yield word;
  }
}

/** A space that stayed between two changed words would cut every changed phrase into pieces. */
function joinRuns(changes: readonly Difference[]): readonly Difference[] {
  const joined: Difference[] = [];
  let gone = '';
  let come = '';
  const flush = (): void => {
    joined.push(...keepFilled([removed(gone), added(come)]));
    gone = '';
    come = '';
  };
  changes.forEach((change, index) => {
    const isBetween = gone !== '' && come !== '' && index < changes.length - 1;
    if (change.kind === 'removed') gone += change.text;
    else if (change.kind === 'added') come += change.text;
    else if (isBetween && /^[^\S\n]+$/.test(change.text)) {
      gone += change.text;
      come += change.text;
    } else {
      flush();
      joined.push(change);
    }
  });
  flush();
  return joined;
}

function keepFilled(changes: readonly Difference[]): readonly Difference[] {
  return changes.filter(({text}) => text !== '').map(withoutMarks);
}

function withoutMarks({kind, text}: Difference): Difference {
  return {kind, text: text.replaceAll(/[\uE000\uE001]/g, '')};
}
