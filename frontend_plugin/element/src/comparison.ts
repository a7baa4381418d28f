/** What the author wrote against what is shown, word by word, from the nodes of both. */

import {describeDifference} from './core';
import {make} from './dom';
import type {Say} from './words';

const BLOCKS: ReadonlySet<string> = new Set(
  'aside blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p section'
    .concat(' summary table tr ul')
    .split(' '),
);

/** The nodes as the Markdown that the core compares: marks quoted, code and formulas whole. */
export function writePlain(node: Node): string {
  const parts: string[] = [];
  const stack: (Node | string)[] = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next === 'string') parts.push(next);
    else if (next instanceof Text) parts.push(protect(next.data));
    else if (next instanceof Element) writeElement(next, stack);
    else stack.push(...Array.from(next.childNodes).reverse());
  }
  const text = parts.join('').replaceAll(/\n{3,}/g, '\n\n').trim();
  // Two quotations side by side stay two, by a joiner that nobody sees.
  return text.replaceAll('``', '`\u2060`');
}

/** What it comes to is put on the stack, the last first. */
function writeElement(element: Element, stack: (Node | string)[]): void {
  const name = element.localName;
  const text = element.textContent ?? '';
  if (name.startsWith('chapterwise-') || name === 'svg') return;
  if (name === 'pre') stack.push(`\n\n~~~~~~\n${text.replace(/\n$/, '')}\n~~~~~~\n\n`);
  else if (name === 'code' || name === 'math') stack.push(text === '' ? '' : quote(text));
  else {
    const gap = BLOCKS.has(name) ? '\n\n' : '';
    stack.push(gap, ...Array.from(element.childNodes).reverse(), gap);
  }
}

/** A backtick would end the quotation, so that another sign that looks so stands for it. */
function quote(text: string): string {
  return `\`${text.replaceAll('`', 'ˋ').replaceAll(/\s+/g, ' ')}\``;
}

/** What Markdown would take for a mark, and words that begin a line of code in MDX. */
const MARKS = /[\\`*_~$|[\]<>#{}]|^[-+:]+$|^(?:import|export)$/;

/** White space is one space, as a page shows it; a word that could be a mark is quoted. */
function protect(text: string): string {
  const words = text.replaceAll(/\s+/g, ' ');
  return words.replaceAll(/\S+/g, (word) => (MARKS.test(word) ? quote(word) : word));
}

export function showDifference(original: Node, shown: Node, say: Say): HTMLElement {
  const changes = describeDifference(writePlain(original), writePlain(shown));
  const isSame = changes.every(({kind}) => kind === 'same');
  if (isSame) return make('p', {}, say('unchangedWords'));
  const parts = changes.map(({kind, text}) => {
    if (kind === 'same') return text;
    const said = make('span', {class: 'unseen'}, `${say(kind)} `);
    return make(kind === 'added' ? 'ins' : 'del', {part: kind}, said, text);
  });
  return makeRegion(say, ...parts);
}

/** The author's text and the new one side by side, or one below the other on a phone. */
export function showBoth(original: Element, shown: Element, say: Say): HTMLElement {
  const sides = ([[original, 'original'], [shown, 'forYou']] as const).map(([node, key]) => {
    // A copy, because only one of them is to be seen on the page; ids count within their own root.
    const text = make('div', {dir: 'auto'}, ...Array.from(node.cloneNode(true).childNodes));
    if (node instanceof HTMLElement && node.lang !== '') text.lang = node.lang;
    return make('div', {}, make('strong', {}, say(key)), text);
  });
  return makeRegion(say, make('div', {class: 'sides'}, ...sides));
}

function makeRegion(say: Say, ...parts: (Node | string)[]): HTMLElement {
  const label = say('changesLabel');
  const props = {class: 'difference', role: 'region', tabindex: '0', 'aria-label': label};
  return make('div', {...props, dir: 'auto'}, ...parts);
}
