/** Languages as readers know them: their names, and which way they run. */

import type {Direction} from './types';

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(
  'ar arc ckb dv fa he ks ps sd ug ur yi'.split(' '),
);

/** The first part of a tag: `pt` of `pt-BR`. */
export function primaryOf(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? '';
}

export function directionOf(tag: string): Direction {
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
