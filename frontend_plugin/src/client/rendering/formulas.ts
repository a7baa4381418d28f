/** The formulas that the page has rendered, found by the TeX that KaTeX leaves inside them. */

import type {ReactNode} from 'react';

import {hasClass, propsOf, textOf, walk} from './elements';

export interface Formulas {
  /** By TeX, without the space around it. */
  readonly inline: ReadonlyMap<string, ReactNode>;
  readonly display: ReadonlyMap<string, ReactNode>;
}

export function collectFormulas(elements: readonly ReactNode[]): Formulas {
  const inline = new Map<string, ReactNode>();
  const display = new Map<string, ReactNode>();
  for (const element of walk(elements)) {
    const isDisplay = hasClass(element, 'katex-display');
    if (!isDisplay && !hasClass(element, 'katex') && !hasClass(element, 'katex-error')) continue;
    const tex = findTex(element)?.trim();
    if (tex !== undefined) (isDisplay ? display : inline).set(tex, element);
  }
  return {inline, display};
}

/** The TeX of the first formula inside; null where there is none, or none that says its TeX. */
export function findTex(node: ReactNode): string | null {
  for (const element of walk(node)) {
    if (propsOf(element).encoding === 'application/x-tex') return textOf(element);
    if (hasClass(element, 'katex-error')) return textOf(element);
  }
  return null;
}
