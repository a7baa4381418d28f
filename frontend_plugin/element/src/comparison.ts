/** What the author wrote against what is shown, word by word, from the nodes of both. */

import {describeDifference} from './core';
import {make} from './dom';
import type {Say} from './words';

const BLOCKS = /^(?:p|h[1-6]|li|blockquote|tr|table|ul|ol|dl|dt|dd|div|section|aside|figure|figcaption|details|summary|hr)$/;

/** The nodes as the Markdown that the core compares: words escaped, code and formulas whole. */
export function writePlain(node: Node): string {
  const parts: string[] = [];
  const stack: (Node | string)[] = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next === 'string') parts.push(next);
    else if (next instanceof Text) parts.push(escape(next.data));
    else if (next instanceof Element) writeElement(next, stack);
    else stack.push(...Array.from(next.childNodes).reverse());
  }
  return parts.join('').replaceAll(/\n{3,}/g, '\n\n').trim();
}

/** What it comes to is put on the stack, the last first. */
function writeElement(element: Element, stack: (Node | string)[]): void {
  const name = element.localName;
  const text = element.textContent ?? '';
  if (name.startsWith('chapterwise-') || name === 'svg') return;
  if (name === 'pre') stack.push(`\n\n~~~~~~\n${text.replace(/\n$/, '')}\n~~~~~~\n\n`);
  else if (name === 'code' || name === 'math') stack.push(text === '' ? '' : quote(text));
  else {
    const gap = BLOCKS.test(name) ? '\n\n' : '';
    stack.push(gap, ...Array.from(element.childNodes).reverse(), gap);
  }
}

function quote(text: string): string {
  return `\`${text.replaceAll('`', 'ˋ').replaceAll(/\s+/g, ' ')}\``;
}

/** White space is one space, as a page shows it; what Markdown would take for a mark is escaped. */
function escape(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_~$|[\]<>#{}]/g, '\\$&');
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
  return make(
    'div',
    {class: 'difference', role: 'region', tabindex: '0', 'aria-label': say('changesLabel'), dir: 'auto'},
    ...parts,
  );
}
