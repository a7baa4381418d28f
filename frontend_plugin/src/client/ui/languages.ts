/** Languages as the reader knows them: their names, their directions, and whether two agree. */

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(
  'ar arc ckb dv fa he ks ps sd ug ur yi'.split(' '),
);

/** The first part of a tag: `pt` of `pt-BR`. */
export function primaryOf(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}

export function areSameLanguage(one: string, other: string): boolean {
  return primaryOf(one) === primaryOf(other);
}

export function directionOf(tag: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(primaryOf(tag)) ? 'rtl' : 'ltr';
}

/** The language's name in the language itself; the tag where the browser does not know it. */
export function nameLanguage(tag: string): string {
  return nameIn(tag, tag);
}

/** The language's name in another language. */
export function nameIn(locale: string, tag: string): string {
  try {
    return new Intl.DisplayNames([locale], {type: 'language'}).of(tag) ?? tag;
  } catch {
    return tag;
  }
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
