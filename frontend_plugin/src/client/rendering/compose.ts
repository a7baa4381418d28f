/** Composing a section out of rewritten prose and what the page has rendered already. */

import type {ReactNode} from 'react';

import type {ShownSection} from '../../core/types';
import type {Sources} from '../../naming';
import {collectStock} from './authored';
import type {Part} from './dividing';
import type {Components} from './elements';
import {queueHeadingIds} from './headingIds';
import {resolveLink} from './links';
import {renderMarkdown} from './markdown';
import {fitNatives, isNative} from './natives';
import type {Page} from './split';

export interface Order {
  readonly section: ShownSection;
  readonly part: Part;
  readonly page: Page;
  readonly components: Components;
  /** Docusaurus' name of the page's file. */
  readonly source: string;
  readonly sources: Sources;
}

/** One of the page's own elements by its number, or something new. */
export type Piece = {readonly element: number} | {readonly node: ReactNode};

/** Null where the section does not fit the page: then the author's is shown. */
export function composeSection(order: Order): readonly Piece[] | null {
  const {section, part, page} = order;
  const {blocks} = section;
  if (blocks === null || section.elements !== part.to - part.from) return null;
  if (!fitNatives(blocks, part, page)) return null;
  const stock = collectStock(page, part, section);
  const {components, source, sources} = order;
  const map = {source, sources, addresses: stock.addresses};
  const manner = {
    components,
    stock,
    takeId: queueHeadingIds(section.headings, stock.headingIds),
    resolve: (target: string) => resolveLink(target, map),
  };
  try {
    return blocks.map((block) => {
      if (isNative(block)) return {element: block.element};
      // It was rendered for another kind of page.
      if (!('markdown' in block)) throw new TypeError('A block is neither ours nor Markdown.');
      return {node: renderMarkdown(block.markdown, manner)};
    });
  } catch {
    // What no parser can read is not shown; the author's section is.
    return null;
  }
}
