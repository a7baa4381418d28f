/** Dividing the page into sections: by its headings, and by the answer when there is one. */

import type {ReactNode} from 'react';

import type {ChapterState, ShownSection} from '../../core/types';
import {childrenOf} from './elements';
import type {Page} from './split';

/** A stretch of the page's elements, `to` not included. */
export interface Part {
  readonly from: number;
  readonly to: number;
  /** Which of the answer's sections it is; null before there is an answer. */
  readonly index: number | null;
}

type Known = Pick<ChapterState, 'plan' | 'sections'>;

/** The page's parts in order; they cover all of its elements. */
export function divide(page: Page, known: Known | null): readonly Part[] {
  const ids = known?.plan?.sections.map((section) => section.id) ?? [];
  const parts =
    known === null || ids.length === 0
      ? divideByHeadings(page)
      : divideBySections(page, ids, (id) => known.sections.get(id) ?? null);
  const behind = {from: page.count, to: page.elements.length, index: null};
  return behind.from < behind.to ? [...parts, behind] : parts;
}

function divideByHeadings(page: Page): readonly Part[] {
  const starts = page.anchors.map((anchor) => anchor.at);
  const lead = page.elements.slice(0, starts[0] ?? page.count);
  // What stands before the first heading is a section of its own only if it is to be read.
  if (starts.length === 0 || lead.some((element) => isProse(element, page))) starts.unshift(0);
  else starts[0] = 0;
  const distinct = Array.from(new Set(starts));
  return distinct.map((from, at) => ({from, to: distinct[at + 1] ?? page.count, index: null}));
}

const PROSE = new Set(['p', 'ul', 'ol', 'blockquote', 'table', 'admonition', 'h3', 'h4']);

function isProse(element: ReactNode, page: Page): boolean {
  const name = page.name(element);
  if (name === null || !PROSE.has(name)) return false;
  const inside = childrenOf(element);
  return name !== 'p' || inside.some((child) => page.name(child) !== 'img');
}

type Finder = (id: string) => ShownSection | null;

function divideBySections(page: Page, ids: readonly string[], find: Finder): readonly Part[] {
  const starts = findStarts(page, ids, find);
  const placed = starts.flatMap((from, index) => (from === null ? [] : [{from, index}]));
  return placed.map(({from, index}, at) => ({
    from,
    to: placed[at + 1]?.from ?? page.count,
    index,
  }));
}

/** Where each section begins: at its heading, or where the one before it ends; null if unknown. */
function findStarts(page: Page, ids: readonly string[], find: Finder): (number | null)[] {
  const sizes = ids.map((id) => find(id)?.elements ?? null);
  const starts: (number | null)[] = [];
  let least = 0;
  for (const [index, id] of ids.entries()) {
    const start = index === 0 ? 0 : findStart(page, id, starts[index - 1], sizes[index - 1]);
    const isPossible = start !== null && start >= least && start <= page.count;
    starts.push(isPossible ? start : null);
    if (isPossible) least = start;
  }
  return fillFromBehind(starts, sizes);
}

function findStart(
  page: Page,
  id: string,
  before: number | null | undefined,
  size: number | null | undefined,
): number | null {
  const anchors = page.anchors.filter((anchor) => anchor.id === id);
  if (anchors.length === 1) return anchors[0]?.at ?? null;
  return typeof before === 'number' && typeof size === 'number' ? before + size : null;
}

/** A part without a heading of its own ends where the next begins. */
function fillFromBehind(
  starts: readonly (number | null)[],
  sizes: readonly (number | null)[],
): (number | null)[] {
  const filled = [...starts];
  for (let index = filled.length - 2; index > 0; index -= 1) {
    const [next, size] = [filled[index + 1], sizes[index]];
    const isOpen = filled[index] === null && typeof next === 'number' && typeof size === 'number';
    if (!isOpen) continue;
    const before = Math.max(...filled.slice(0, index).map((start) => start ?? 0));
    const start = next - size;
    if (start >= before) filled[index] = start;
  }
  return filled;
}

/** A function that divides, and gives the identical parts for as long as they are the same. */
export function createDivider(page: Page): (known: Known | null) => readonly Part[] {
  let last: readonly Part[] = [];
  return (known) => {
    const kept = new Map(last.map((part) => [describe(part), part]));
    const next = divide(page, known).map((part) => kept.get(describe(part)) ?? part);
    const isSame = next.length === last.length && next.every((part, at) => part === last[at]);
    if (!isSame) last = next;
    return last;
  };
}

function describe({from, to, index}: Part): string {
  return `${from}-${to}-${index}`;
}
