/** Languages found by any of their names. */

import {nameIn} from './core';

/** The tags whose name, in itself or in one of the locales, holds what was typed. */
export function findLanguages(
  typed: string,
  tags: readonly string[],
  locales: readonly string[],
): readonly string[] {
  const wanted = fold(typed);
  if (wanted === '') return tags;
  return tags.filter((tag) =>
    [tag, ...[tag, ...locales].map((locale) => nameIn(locale, tag))].some((name) =>
      fold(name).includes(wanted),
    ),
  );
}

/** Without case, marks and vowel signs: a reader types `espanol`, and أردو for اردو. */
function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').trim().toLowerCase();
}
