/** The few tags that travel inside Markdown; every other tag is left out, its words stay. */

import type {Nodes, Parents, RootContent} from 'mdast';
import {visit} from 'unist-util-visit';

const INLINE = ['kbd', 'sub', 'sup', 'br', 'b', 'i', 'em', 'strong', 'mark', 'u', 'small', 'abbr'];
const ALLOWED: ReadonlySet<string> = new Set([...INLINE, 'details', 'summary']);
const TAG = /<!--[^]*?(?:-->|$)|<(\/?)([a-z][\w-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi;

type Token =
  | {readonly kind: 'open' | 'close'; readonly name: string; readonly isOpen: boolean}
  | {readonly kind: 'words'; readonly text: string};

export type Parse = (text: string) => readonly RootContent[];

type Properties = Readonly<Record<string, string | number | boolean>>;

/** An element that Markdown has no word for. */
interface ElementNode {
  type: 'chapterwiseElement';
  children: RootContent[];
  data: {hName: string; hProperties: Properties};
}

declare module 'mdast' {
  interface RootContentMap {
    chapterwiseElement: ElementNode;
  }
  interface PhrasingContentMap {
    chapterwiseElement: ElementNode;
  }
}

export function makeElement(
  name: string,
  properties: Properties,
  children: readonly RootContent[],
): ElementNode {
  return {
    type: 'chapterwiseElement',
    children: [...children],
    data: {hName: name, hProperties: properties},
  };
}

/** Put what stands between two tags into an element of that name, all over the tree. */
export function nestTags(tree: Nodes, parse: Parse): void {
  visit(tree, (node) => {
    if (!('children' in node) || !node.children.some((child) => child.type === 'html')) return;
    const parent: Parents = node;
    const nested = nest(parent.children, (text) => readWords(text, parent, parse));
    // Every parent takes what we make: remark-rehype asks for nothing but `data.hName`.
    parent.children = nested as typeof parent.children;
  });
}

type Open = {readonly name: string; readonly children: RootContent[]};

function nest(children: readonly RootContent[], read: Parse): RootContent[] {
  const root: Open = {name: '', children: []};
  const stack = [root];
  const top = () => stack.at(-1) ?? root;
  for (const child of children) {
    for (const item of child.type === 'html' ? tokenize(child.value) : [child]) {
      if ('type' in item) top().children.push(item);
      else if (item.kind === 'words') top().children.push(...readInside(item.text, top(), read));
      else if (item.kind === 'close') close(stack, item.name);
      else open(stack, item.name, item.isOpen);
    }
  }
  return root.children;
}

function open(stack: Open[], name: string, isOpen: boolean): void {
  const node = makeElement(name, isOpen ? {open: true} : {}, []);
  stack.at(-1)?.children.push(node);
  if (name !== 'br') stack.push({name, children: node.children});
}

function close(stack: Open[], name: string): void {
  const at = stack.findLastIndex((each) => each.name === name);
  if (at > 0) stack.length = at;
}

function* tokenize(html: string): Generator<Token> {
  let at = 0;
  for (const found of html.matchAll(TAG)) {
    if (found.index > at) yield {kind: 'words', text: html.slice(at, found.index)};
    at = found.index + found[0].length;
    const token = readTag(found);
    if (token !== null) yield token;
  }
  if (at < html.length) yield {kind: 'words', text: html.slice(at)};
}

/** Null for comments, for tags that are not allowed, and for those that say more than a name. */
function readTag([, slash, given = '', rest = '']: RegExpMatchArray): Token | null {
  const name = given.toLowerCase();
  const attributes = rest.replace(/\/$/, '').trim();
  const isOpen = name === 'details' && attributes === 'open';
  if (!ALLOWED.has(name) || (attributes !== '' && !isOpen)) return null;
  return {kind: slash === '/' ? 'close' : 'open', name, isOpen};
}

/** Words between tags on lines of their own were never read as Markdown. */
function readWords(text: string, parent: Parents, parse: Parse): readonly RootContent[] {
  const isFlow = parent.type !== 'paragraph' && parent.type !== 'heading';
  if (!isFlow) return [{type: 'text', value: text}];
  return text.trim() === '' ? [] : parse(text);
}

/** In a summary, and in all that stands in a line, one paragraph is only its words. */
function readInside(text: string, inside: Open, read: Parse): readonly RootContent[] {
  const nodes = read(text);
  const [only] = nodes;
  const isLine = inside.name !== '' && inside.name !== 'details';
  return isLine && nodes.length === 1 && only?.type === 'paragraph' ? only.children : nodes;
}
