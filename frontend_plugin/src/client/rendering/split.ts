/** The page taken apart: the top-level elements of what MDX has compiled, and its headings. */

import {Fragment, isValidElement} from 'react';
import type {ReactElement, ReactNode} from 'react';

import {childrenOf, propsOf} from './elements';
import type {Namer, Props} from './elements';

/** A heading that may open a section, and the element that it is in. */
export interface Anchor {
  readonly at: number;
  readonly id: string;
}

/** The page as its author wrote it. */
export interface Page {
  /** All top-level elements, generated footnotes included. */
  readonly elements: readonly ReactNode[];
  /** How many of them are the chapter's; the footnotes at the end are not counted. */
  readonly count: number;
  readonly anchors: readonly Anchor[];
  readonly name: Namer;
}

/**
 * The top-level elements behind the `children` that MDX hands to its `wrapper`; null where they
 * have another shape than the one we know. What is called here is a component that uses hooks, so
 * this is one too.
 */
export function useElements(children: ReactNode): readonly ReactNode[] | null {
  if (!isValidElement<Props>(children) || !isPlainComponent(children.type)) return null;
  const tree = children.type(children.props);
  if (!isValidElement(tree)) return null;
  // A page of one element has no fragment around it.
  return tree.type === Fragment ? childrenOf(tree).filter(isElement) : [tree];
}

/** Not a class, and not one of React's own wrappers, which are objects. */
function isPlainComponent(type: ReactElement['type']): type is (props: Props) => ReactNode {
  return typeof type === 'function' && !('isReactComponent' in (type.prototype ?? {}));
}

function isElement(node: ReactNode): boolean {
  return typeof node !== 'string' || node.trim() !== '';
}

export function outline(elements: readonly ReactNode[], name: Namer): Page {
  const hasFootnotes = isFootnotes(elements.at(-1));
  const count = elements.length - (hasFootnotes ? 1 : 0);
  const anchors = elements.slice(0, count).flatMap((element, at) => {
    const id = findSectionId(element, name);
    return id === null ? [] : [{at, id}];
  });
  return {elements, count, anchors, name};
}

function isFootnotes(node: ReactNode): boolean {
  return propsOf(node)['data-footnotes'] !== undefined;
}

/** Sections open at headings of the first two levels; Docusaurus puts the title in a header. */
function findSectionId(element: ReactNode, name: Namer): string | null {
  const inside = name(element) === 'header' ? childrenOf(element).find(isValidElement) : element;
  const kind = name(inside);
  if (kind !== 'h1' && kind !== 'h2') return null;
  const {id} = propsOf(inside);
  return typeof id === 'string' ? id : '';
}
