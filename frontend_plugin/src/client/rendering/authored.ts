/** What the author's page has already rendered and a rewritten section can use again. */

import {isValidElement} from 'react';
import type {ReactNode} from 'react';

import type {ShownSection} from '../../core/types';
import type {Part} from './dividing';
import {childrenOf, propsOf, walk} from './elements';
import {collectFormulas} from './formulas';
import type {Formulas} from './formulas';
import {isNative} from './natives';
import type {Page} from './split';

/** Of the whole page. */
export interface PageStock {
  readonly formulas: Formulas;
  /** Diagrams by their source. */
  readonly diagrams: ReadonlyMap<string, ReactNode>;
  /** The kinds of notes that this site knows beside the usual ones. */
  readonly noteKinds: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
  /** Addresses of the links as they were built. */
  readonly addresses: readonly string[];
}

/** Of one section; what is taken is gone, so that the second of two is another one. */
export interface Stock extends PageStock {
  readonly hasHeader: boolean;
  /** The ids of its headings, in order; an empty one where a heading has none. */
  readonly headingIds: readonly string[];
  takeImage(target: string): ReactNode;
  takeFootnote(label: string): ReactNode;
}

const known = new WeakMap<Page, PageStock>();

function stockOf(page: Page): PageStock {
  const stock = known.get(page) ?? collectPage(page);
  known.set(page, stock);
  return stock;
}

function collectPage(page: Page): PageStock {
  const all = Array.from(walk(page.elements));
  const named = (name: string) => all.filter((element) => page.name(element) === name);
  const strings = (elements: readonly ReactNode[], prop: string) =>
    elements.flatMap((element) => {
      const value = propsOf(element)[prop];
      return typeof value === 'string' ? [value] : [];
    });
  return {
    formulas: collectFormulas(page.elements),
    diagrams: new Map(
      named('mermaid').map((element) => [String(propsOf(element).value).trim(), element]),
    ),
    noteKinds: new Set(strings(named('admonition'), 'type')),
    ids: new Set(strings(all, 'id')),
    addresses: strings(named('a'), 'href'),
  };
}

const HEADING = /^h[1-6]$/;

export function collectStock(page: Page, part: Part, section: ShownSection): Stock {
  const natives = new Set((section.blocks ?? []).filter(isNative).map((block) => block.element));
  const own = page.elements.filter(
    (_, at) => at >= part.from && at < part.to && !natives.has(at),
  );
  const inside = Array.from(walk(own));
  const all = Array.from(walk(page.elements.slice(part.from, part.to)));
  return {
    ...stockOf(page),
    hasHeader: own.some((element) => page.name(element) === 'header'),
    headingIds: all
      .filter((element) => HEADING.test(page.name(element) ?? ''))
      .map((element) => String(propsOf(element).id ?? '')),
    takeImage: queueImages(
      inside.filter((element) => page.name(element) === 'img'),
      section.images ?? [],
    ),
    takeFootnote: queueFootnotes(inside),
  };
}

/** The n-th target of the source is the n-th image of the page, if there are as many. */
function queueImages(
  images: readonly ReactNode[],
  targets: readonly string[],
): (target: string) => ReactNode {
  const left = images.length === targets.length ? targets.map((each, at) => [each, at]) : [];
  return (target) => {
    const at = left.findIndex(([each]) => each === target);
    const [found] = at === -1 ? [] : left.splice(at, 1);
    return found === undefined ? null : images[Number(found[1])];
  };
}

/** The marks in the text by the label that their address ends in. */
function queueFootnotes(inside: readonly ReactNode[]): (label: string) => ReactNode {
  const marks = inside.filter((element) => childrenOf(element).some(isReference));
  return (label) => {
    const at = marks.findIndex((mark) => childrenOf(mark).some((link) => leadsTo(link, label)));
    return at === -1 ? null : marks.splice(at, 1)[0];
  };
}

function isReference(node: ReactNode): boolean {
  return isValidElement(node) && propsOf(node)['data-footnote-ref'] !== undefined;
}

/** Docusaurus may put a number of its own behind the label. */
function leadsTo(link: ReactNode, label: string): boolean {
  if (!isReference(link)) return false;
  const target = String(propsOf(link).href).replace(/^#(?:user-content-)?fn-/, '');
  const wanted = encodeURIComponent(label.toLowerCase());
  return target === wanted || target.replace(/-[0-9a-f]{6,}$/, '') === wanted;
}
