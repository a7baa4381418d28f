/** Languages on the page: whether two agree, which are offered, and what may be a tag. */

import {primaryOf} from '../../core/languages';

export function areSameLanguage(one: string, other: string): boolean {
  return primaryOf(one) === primaryOf(other);
}

/** The offered languages, with the one that is shown added where it is not among them. */
export function listLanguages(
  offered: readonly string[],
  shown: string | null,
): readonly string[] {
  return shown === null || offered.includes(shown) ? offered : [...offered, shown];
}

const WELL_FORMED = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/iu;

/** Whether the text may be a language tag; the server has the last word. */
export function isLanguageTag(text: string): boolean {
  return text.length <= 35 && WELL_FORMED.test(text);
}
