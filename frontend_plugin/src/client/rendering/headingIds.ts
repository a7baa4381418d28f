/** The ids that the author's headings have, for the headings that are shown in their place. */

import type {Heading} from '../../core/types';

/**
 * Takes ids in the order of the text; each is given once. Where the page has as many headings, the
 * ids are the page's: links lead there, whatever else another reader would have made of them.
 */
export function queueHeadingIds(
  headings: readonly Heading[],
  onPage: readonly string[],
): (level: number, text: string) => string | null {
  const isSame = headings.length === onPage.length;
  let left = headings.map((heading, at) => ({
    ...heading,
    id: isSame ? (onPage[at] ?? '') : heading.id,
  }));
  return (level, text) => {
    const isIt = (heading: Heading) => heading.level === level && same(heading.text, text);
    // Headings that the page keeps as they are stand in the list too, and are passed over.
    const said = left.findIndex(isIt);
    const at = said === -1 ? left.findIndex((heading) => heading.level === level) : said;
    const found = left[at];
    left = left.slice(at + 1);
    return found?.id || null;
  };
}

function same(one: string, other: string): boolean {
  return tidy(one) === tidy(other);
}

function tidy(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
