/** The page's title and table of contents in the words that are shown; ids never change. */

import type {ChapterState, Heading} from '../../core/types';
import {isRewritten} from './locale';
import type {Voice} from './locale';

export interface TocItem {
  readonly value: string;
  readonly id: string;
  readonly level: number;
}

export interface Labels {
  /** Null where the author's stays. */
  readonly title: string | null;
  /** The words of rewritten headings by their ids. */
  readonly headings: ReadonlyMap<string, string>;
}

export const NO_LABELS: Labels = {title: null, headings: new Map()};

/** A function that finds the labels, and gives the identical ones while they are the same. */
export function createLabeller(): (state: ChapterState) => Labels {
  let last = NO_LABELS;
  let key = '';
  return (state) => {
    const next = findLabels(state);
    const nextKey = JSON.stringify([next.title, Array.from(next.headings)]);
    if (nextKey !== key) [last, key] = [next, nextKey];
    return last;
  };
}

function findLabels({view, plan, done, sections}: ChapterState): Labels {
  if (view === 'original' || plan === null) return NO_LABELS;
  // Without blocks it is the author's section that is shown.
  const rewritten = Array.from(sections.values()).filter(
    (section) => isRewritten(section) && section.blocks !== null,
  );
  const headings = rewritten.flatMap((section) => section.headings);
  const title = done?.title ?? findTitle(plan.title, headings);
  return {
    title: title === plan.title ? null : title,
    headings: new Map(headings.map(({id, text}) => [id, text])),
  };
}

/** Until the end only a title that stands in the text is known. */
function findTitle(title: string, headings: readonly Heading[]): string {
  return headings.find((heading) => heading.level === 1)?.text ?? title;
}

/** Labels are put into the page as HTML by Docusaurus, so that nothing may go through as it is. */
export function relabel<Item extends TocItem>(
  toc: readonly Item[],
  labels: Labels,
  voice: Voice | null,
  className: string,
): readonly Item[] {
  return toc.map((item) => {
    const text = labels.headings.get(item.id);
    // The author's own words keep their marks: code, emphasis.
    if (text === undefined || text === readLabel(item.value)) return item;
    return {...item, value: writeLabel(text, voice, className)};
  });
}

function writeLabel(text: string, voice: Voice | null, className: string): string {
  const words = escapeHtml(text);
  if (voice === null) return words;
  const {language, direction} = voice;
  const attributes = `class="${escapeHtml(className)}" lang="${escapeHtml(language)}"`;
  return `<span ${attributes} dir="${direction === 'rtl' ? 'rtl' : 'ltr'}">${words}</span>`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  '#x3C': '<',
};

/** An author's label as a reader sees it; only compared with, never shown. */
function readLabel(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&([#\w]+);/g, (entity, name: string) => ENTITIES[name] ?? entity);
}
