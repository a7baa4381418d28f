/** The words on screen: what Docusaurus finds in the source is what the two files hold. */

import {readFileSync} from 'node:fs';
import {extractSiteSourceCodeTranslations} from '@docusaurus/core/lib/server/translations/translationsExtractor';
import type {InitializedPlugin} from '@docusaurus/types';
import {beforeAll, expect, test, vi} from 'vitest';

const THEME = new URL('../..', import.meta.url).pathname;

function readLocale(locale: string): Readonly<Record<string, string>> {
  const file = `../../../../locales/${locale}/docusaurus-theme-chapterwise.json`;
  const messages: unknown = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
  return Object.fromEntries(
    Object.entries(messages ?? {}).map(([id, message]) => [id, String(message)]),
  );
}

const found = new Map<string, string>();
const warnings: string[] = [];

beforeAll(async () => {
  vi.spyOn(console, 'warn').mockImplementation((...words) => warnings.push(words.join(' ')));
  // The extractor asks a plugin for no more than where its theme is.
  const plugin = {path: THEME, getThemePath: () => '.'} as unknown as InitializedPlugin;
  const messages = await extractSiteSourceCodeTranslations({siteDir: '/nowhere', plugins: [plugin]});
  for (const [id, {message}] of Object.entries(messages)) found.set(id, message);
});

test('Docusaurus can read every string of the theme', () => {
  expect(warnings).toEqual([]);
  expect(found.size).toBeGreaterThan(100);
  expect([...found.keys()].filter((id) => !id.startsWith('theme.chapterwise.'))).toEqual([]);
});

test('the English file is what the source says', () => {
  expect(readLocale('en')).toEqual(Object.fromEntries(found));
});

test('the Urdu file has every string, with the same gaps to fill', () => {
  const urdu = readLocale('ur');
  expect(Object.keys(urdu).sort()).toEqual([...found.keys()].sort());
  const gaps = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const [id, message] of found) {
    expect([id, gaps(urdu[id] ?? '')]).toEqual([id, gaps(message)]);
    expect([id, /\p{Script=Arabic}/u.test(urdu[id] ?? '')]).toEqual([id, true]);
  }
});
