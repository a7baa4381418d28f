/** What the plugin object gives to Docusaurus. */

import type {LoadContext} from '@docusaurus/types';
import {expect, test, vi} from 'vitest';
import themeChapterwise from '../index';
import type {PluginOptions} from '../options';

const OPTIONS: PluginOptions = {
  id: 'default',
  apiUrl: 'https://api.example.com',
  docsDir: 'docs',
  profilePath: '/personalize/profile',
  languages: ['en', 'ur'],
  auth: 'chapterwise',
};

function load(locale = 'en') {
  // The theme reads no more of a site than this.
  const context = {siteDir: '/site', baseUrl: '/book/', i18n: {currentLocale: locale}};
  return themeChapterwise(context as LoadContext, OPTIONS);
}

test('the browser is told what it needs, and the profile page has its route', async () => {
  const actions = {addRoute: vi.fn(), createData: vi.fn(), setGlobalData: vi.fn()};
  await load().allContentLoaded?.({allContent: {}, actions});
  expect(actions.createData).toHaveBeenCalledWith('sources.json', {});
  expect(actions.setGlobalData).toHaveBeenCalledWith({
    apiUrl: 'https://api.example.com',
    docsDir: 'docs',
    profilePath: '/book/personalize/profile',
    languages: ['en', 'ur'],
    auth: 'chapterwise',
  });
  expect(actions.addRoute).toHaveBeenCalledWith({
    path: '/book/personalize/profile',
    component: '@theme/Chapterwise/ProfilePage',
    exact: true,
  });
});

test.each(['ur', 'ur-PK'])('a site in %s has the theme’s words in Urdu', async (locale) => {
  const messages = await load(locale).getDefaultCodeTranslationMessages?.();
  expect(Object.values(messages ?? {}).join('')).toMatch(/\p{Script=Arabic}/u);
});

test('a site in a language that the theme does not have keeps the English words', async () => {
  expect(await load('xx').getDefaultCodeTranslationMessages?.()).toEqual({});
});
