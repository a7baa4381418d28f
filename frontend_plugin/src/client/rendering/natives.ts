/** Whether the blocks that the page has rendered are the ones that the answer speaks of. */

import type {ReactNode} from 'react';

import type {Block, NativeBlock} from '../../core/types';
import type {Part} from './dividing';
import {childrenOf, propsOf} from './elements';
import {findTex} from './formulas';
import {hashText} from './sha256';
import type {Page} from './split';

export function isNative(block: Block): block is NativeBlock {
  return 'native' in block;
}

/** All are inside the section, in order, and of the kind and the text that they should be. */
export function fitNatives(blocks: readonly Block[], part: Part, page: Page): boolean {
  let least = part.from;
  return blocks.filter(isNative).every((block) => {
    const isInPlace = block.element >= least && block.element < part.to;
    least = block.element + 1;
    return isInPlace && fits(block, page.elements[block.element], page);
  });
}

const HEADING = /^h[1-6]$/;

function fits(block: NativeBlock, element: ReactNode, page: Page): boolean {
  const name = page.name(element) ?? '';
  if (block.kind === 'code') return fitsListing(block, element, name);
  const isHeading = HEADING.test(name) || name === 'header';
  if (block.kind === 'heading') return isHeading;
  return !isHeading && (block.kind !== 'math' || fitsFormula(block, element));
}

/** A plugin may have made tabs or a diagram of a listing; it is not prose in any case. */
function fitsListing(block: NativeBlock, element: ReactNode, name: string): boolean {
  const code = readCode(element, name);
  if (code !== null) return hasHash(block, code);
  return !HEADING.test(name) && name !== 'header' && name !== 'p';
}

/** The listing's text; null where it was coloured at build time, or is no listing. */
function readCode(element: ReactNode, name: string): string | null {
  if (name === 'mermaid') return toText(propsOf(element).value);
  if (name !== 'pre') return null;
  const [code] = childrenOf(element);
  const {children} = propsOf(code);
  return children === undefined ? '' : toText(children);
}

function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function fitsFormula(block: NativeBlock, element: ReactNode): boolean {
  const tex = findTex(element);
  return tex === null || hasHash(block, tex.trim());
}

/** Files differ in their line ends, and what compiles them may not keep them. */
function hasHash(block: NativeBlock, text: string): boolean {
  const unix = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  return [unix, unix.replaceAll('\n', '\r\n'), text].some(
    (each) => hashText(each) === block.text_hash,
  );
}
