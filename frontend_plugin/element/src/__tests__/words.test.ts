/** The element's words: the same values in every language, and a host's own before ours. */

import {describe, expect, it} from 'vitest';

import {en} from '../../locales/en';
import {ur} from '../../locales/ur';
import {chooseWords, readLabels} from '../words';

function list(text: string): readonly string[] {
  return Array.from(text.matchAll(/\{\w+\}/g), ([mark]) => mark).sort();
}

describe('the words', () => {
  it.each(Object.entries(en))('%s has the same values in Urdu', (key, text) => {
    const translated = Object.entries(ur).find(([name]) => name === key)?.[1] ?? '';
    expect(list(translated)).toEqual(list(text));
    expect(translated).toMatch(/\p{Script=Arabic}/u);
  });

  it('are the first known language’s, else English', () => {
    expect(chooseWords([null, 'ur-PK', 'en']).language).toBe('ur');
    expect(chooseWords(['fr', undefined, '']).language).toBe('en');
    expect(chooseWords(['constructor']).language).toBe('en');
  });

  it('are the host’s where it has some, and nothing in a value is a mark', () => {
    const bar = document.createElement('div');
    bar.setAttribute('label-for-you', 'Mine');
    bar.setAttribute('label-no-such-word', 'x');
    const {say} = chooseWords(['en'], readLabels(bar));
    expect(say('forYou')).toBe('Mine');
    expect(say('translated', {language: '{count} $& <b>'})).toContain('{count} $& <b>');
  });
});
