/** Languages as readers know them: by any of their names, and which way they run. */

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(
  'ar arc ckb dv fa he ks ps sd ug ur yi'.split(' '),
);

/** The first part of a tag: `pt` of `pt-BR`. */
export function primaryOf(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}

export function directionOf(tag: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(primaryOf(tag)) ? 'rtl' : 'ltr';
}

/** The language's name in another one, or in itself; the tag where the browser knows none. */
export function nameLanguage(tag: string, locale = tag): string {
  try {
    return new Intl.DisplayNames([locale], {type: 'language'}).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** The tags whose name, in itself or in one of the locales, holds what was typed. */
export function findLanguages(
  typed: string,
  tags: readonly string[],
  locales: readonly string[],
): readonly string[] {
  const wanted = fold(typed);
  if (wanted === '') return tags;
  return tags.filter((tag) =>
    [tag, ...[tag, ...locales].map((locale) => nameLanguage(tag, locale))].some((name) =>
      fold(name).includes(wanted),
    ),
  );
}

/** Without case, marks and vowel signs: a reader types `espanol`, and أردو for اردو. */
function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').trim().toLowerCase();
}
