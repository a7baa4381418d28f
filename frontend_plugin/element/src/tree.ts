/** Nodes from the server's trees: only what is listed is built, the rest leaves its text. */

import {isSafeImageUrl, isSafeUrl} from './core';
import {ATTRIBUTES, EVERYWHERE, NAMESPACES, STYLES, TAGS} from './allowed';
import type {Language} from './allowed';

/** No page has more, and no browser should be asked for more. */
const MOST_NODES = 50_000;
const MOST_CHARACTERS = 4_000_000;
/** A diagram that the server has drawn: as a picture, nothing in it runs or loads. */
const DIAGRAM = /^data:image\/svg\+xml;base64,[A-Za-z0-9+/]+=*$/;
/** A parser stops near here as well; what is deeper is text of the deepest element. */
const DEEPEST = 256;

/** Children that are yet to be built, one after the other. */
interface Work {
  readonly children: readonly unknown[];
  readonly parent: Node;
  readonly language: Language;
  readonly depth: number;
  next: number;
}

/** Never throws and never parses; what is no tree at all comes to nothing. */
export function buildTree(value: unknown): DocumentFragment {
  const fragment = document.createDocumentFragment();
  // A stack of our own: what is nested ten thousand deep would overflow the language's.
  const stack: Work[] = [
    {children: [value], parent: fragment, language: 'html', depth: 0, next: 0},
  ];
  let characters = 0;
  for (let nodes = 0; nodes < MOST_NODES && characters < MOST_CHARACTERS; nodes += 1) {
    const work = findUnfinished(stack);
    if (work === undefined) break;
    const child = work.children[work.next];
    work.next += 1;
    if (typeof child === 'string') {
      characters += child.length;
      work.parent.appendChild(document.createTextNode(child));
    } else {
      const node = readNode(child);
      if (node !== null) stack.push(open(node, work));
    }
  }
  return fragment;
}

function findUnfinished(stack: Work[]): Work | undefined {
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (top.next < top.children.length) return top;
    stack.pop();
  }
  return undefined;
}

interface TreeNode {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly children: readonly unknown[];
}

/** Null for what has nothing to show; a list stands for its members. */
function readNode(value: unknown): TreeNode | null {
  if (Array.isArray(value)) return {tag: '', attributes: {}, children: value};
  if (typeof value !== 'object' || value === null) return null;
  const {tag, attributes, children}: Partial<Record<string, unknown>> = {...value};
  if (typeof tag === 'string' && SILENT.has(tag.toLowerCase())) return null;
  return {
    tag: typeof tag === 'string' ? tag : '',
    attributes: typeof attributes === 'object' && attributes !== null ? {...attributes} : {},
    children: Array.isArray(children) ? children : typeof children === 'string' ? [children] : [],
  };
}

/** The text of these was never meant to be read. */
const SILENT: ReadonlySet<string> = new Set(['script', 'style', 'template']);

/** The element, where it may be; otherwise its children go to the parent. */
function open(node: TreeNode, {parent, language, depth}: Work): Work {
  const inside = node.tag === 'svg' || node.tag === 'math' ? node.tag : language;
  const work = {children: node.children, depth: depth + 1, next: 0};
  if (depth >= DEEPEST || !TAGS[inside].has(node.tag)) return {...work, parent, language};
  const element = document.createElementNS(NAMESPACES[inside], node.tag);
  for (const [name, value] of Object.entries(node.attributes)) {
    const text = readAttribute(name, value, node.tag, inside);
    if (text !== null) element.setAttribute(name, text);
  }
  settle(element);
  parent.appendChild(element);
  return {...work, parent: element, language: inside};
}

/** Links tell nobody where they come from; the boxes of a task list are not to be used. */
function settle(element: Element): void {
  if (element.localName === 'a') element.setAttribute('rel', 'noopener noreferrer');
  if (element.localName !== 'input') return;
  element.setAttribute('type', 'checkbox');
  element.setAttribute('disabled', '');
}

function readAttribute(
  name: string,
  value: unknown,
  tag: string,
  language: Language,
): string | null {
  const isKnown = EVERYWHERE.has(name) || ATTRIBUTES[language].has(name);
  const text = value === true ? '' : typeof value === 'number' ? String(value) : value;
  if (!isKnown || typeof text !== 'string') return null;
  if (name === 'href') return language === 'html' && tag === 'a' && isLink(text) ? text : null;
  if (name === 'src') return tag === 'img' && isPicture(text) ? text : null;
  if (name === 'style') return readStyle(text);
  if (name === 'id') return /^[^\s"'<>]{1,200}$/u.test(text) ? text : null;
  // Paint may point into its own picture, and nowhere else.
  return /url\s*\(/i.test(text) && !/^url\(#[\w-]+\)$/.test(text) ? null : text;
}

/** Stricter than the core by one: no telephone. */
function isLink(url: string): boolean {
  return isSafeUrl(url) && !/^tel:/i.test(url);
}

const PLAIN = /^(?:[\w\s.,#%-]|(?:rgb|hsl)a?\([\d\s.,%/]+\))+$/i;

/** A short list, with values that can neither load nor cover anything. */
function readStyle(text: string): string | null {
  const kept = text.split(';').flatMap((each) => {
    const [name = '', value = '', ...more] = each.split(':').map((part) => part.trim());
    const isPlain = more.length === 0 && value.length <= 100 && PLAIN.test(value);
    return STYLES.has(name.toLowerCase()) && isPlain ? [`${name.toLowerCase()}:${value}`] : [];
  });
  return kept.length > 0 ? kept.join(';') : null;
}

function isPicture(url: string): boolean {
  return isSafeImageUrl(url) || DIAGRAM.test(url);
}
