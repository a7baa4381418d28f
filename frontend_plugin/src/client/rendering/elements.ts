/** Reading React elements that MDX has made: what they are, and what is inside them. */

import {isValidElement} from 'react';
import type {ReactNode} from 'react';

/** The components that the page's Markdown is shown with, as MDX knows them. */
export type Components = Readonly<Record<string, unknown>>;

export type Props = Readonly<Record<string, unknown>>;

export function propsOf(node: ReactNode): Props {
  return isValidElement<Props>(node) ? node.props : {};
}

/** The children as they were written, one for each place; React's own helper drops some. */
export function childrenOf(node: ReactNode): readonly ReactNode[] {
  const {children} = propsOf(node);
  if (Array.isArray(children)) return children;
  return children === undefined ? [] : [toNode(children)];
}

/** What stands in `children` of an element is a node: MDX writes nothing else. */
function toNode(value: unknown): ReactNode {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return isValidElement(value) ? value : null;
}

/** Names elements by what they stand for in Markdown: `h2`, `pre`, `admonition`. */
export type Namer = (node: ReactNode) => string | null;

export function createNamer(components: Components): Namer {
  const names = new Map<unknown, string>();
  for (const [name, component] of Object.entries(components)) {
    if (!names.has(component)) names.set(component, name);
  }
  return (node) => {
    if (!isValidElement(node)) return null;
    if (typeof node.type === 'string') return node.type;
    return names.get(node.type) ?? null;
  };
}

/** Every element in a tree, outside first, in reading order. */
export function* walk(node: ReactNode): Generator<ReactNode> {
  if (Array.isArray(node)) {
    for (const each of node) yield* walk(each);
    return;
  }
  if (!isValidElement(node)) return;
  yield node;
  for (const child of childrenOf(node)) yield* walk(child);
}

/** The words in a tree, without what a component would make of them. */
export function textOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node);
  if (Array.isArray(node)) return node.map(textOf).join('');
  return childrenOf(node).map(textOf).join('');
}

export function hasClass(node: ReactNode, name: string): boolean {
  const {className} = propsOf(node);
  return typeof className === 'string' && className.split(/\s+/).includes(name);
}
