/** The element's own words: in which language, with what in them, and what a host put instead. */

import {en} from '../locales/en';
import type {Key, Words} from '../locales/en';
import {ur} from '../locales/ur';
import {primaryOf} from './core';

export type {Key, Words};

const LOCALES: Readonly<Record<string, Words>> = {en, ur};

/** The languages in which a reader may type the name of another one. */
export const INTERFACE_LANGUAGES: readonly string[] = Object.keys(LOCALES);

/** Say a sentence, with values in their places. */
export type Say = (key: Key, values?: Readonly<Record<string, string | number>>) => string;

export interface Interface {
  readonly language: string;
  readonly say: Say;
}

/** The first wish that there are words for, and English where there are none. */
export function chooseWords(
  wishes: readonly (string | null | undefined)[],
  own: Readonly<Partial<Record<Key, string>>> = {},
): Interface {
  const known = wishes.map((wish) => primaryOf(wish ?? '')).find((tag) => Object.hasOwn(LOCALES, tag));
  const language = known ?? 'en';
  // A host's own words for the button are its words on a phone too.
  const short = own.start === undefined ? {} : {startShort: own.start};
  const words = {...(LOCALES[language] ?? en), ...short, ...own};
  const numbers = new Intl.NumberFormat(language);
  return {
    language,
    say: (key, values = {}) =>
      words[key].replaceAll(/\{(\w+)\}/g, (mark, name: string) => {
        const value = values[name];
        return typeof value === 'number' ? numbers.format(value) : (value ?? mark);
      }),
  };
}

/** A host's own words from attributes: `label-show-original` is `showOriginal`. */
export function readLabels(element: Element): Partial<Record<Key, string>> {
  const labels: Partial<Record<Key, string>> = {};
  for (const {name, value} of Array.from(element.attributes)) {
    if (!name.startsWith('label-')) continue;
    const key = name.slice(6).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (isKey(key)) labels[key] = value;
  }
  return labels;
}

function isKey(key: string): key is Key {
  return Object.hasOwn(en, key);
}
