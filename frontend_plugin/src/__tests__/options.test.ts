/** What a site owner may write, and what they are told when it is something else. */

import {normalizePluginOptions} from '@docusaurus/utils-validation';
import {expect, test} from 'vitest';
import {validateOptions} from '../options';
import type {Options, PluginOptions} from '../options';

function read(options: object): PluginOptions {
  // Docusaurus hands in what stands in the site's configuration, whatever it is.
  return validateOptions({validate: normalizePluginOptions, options: options as Options});
}

test('only the address is needed', () => {
  expect(read({apiUrl: 'https://api.example.com'})).toEqual({
    id: 'default',
    apiUrl: 'https://api.example.com',
    docsDir: 'docs',
    profilePath: '/personalize/profile',
    languages: ['en', 'ur'],
    auth: 'chapterwise',
  });
});

test.each([
  ['https://api.example.com/', 'https://api.example.com'],
  ['http://localhost:8000', 'http://localhost:8000'],
  ['https://example.com/books/', 'https://example.com/books'],
  ['https://example.com/api/v1/', 'https://example.com'],
])('%s is kept as %s', (apiUrl, expected) => {
  expect(read({apiUrl}).apiUrl).toBe(expected);
});

test('languages are kept in their canonical form', () => {
  const languages = ['en', 'PT-br', 'zh-hant'];
  expect(read({apiUrl: 'https://a.example', languages}).languages).toEqual([
    'en',
    'pt-BR',
    'zh-Hant',
  ]);
});

test.each([
  [{}, /"apiUrl" is needed/],
  [{apiUrl: ''}, /"apiUrl" is empty/],
  [{apiUrl: 'api.example.com'}, /"apiUrl" must be a whole address/],
  [{apiUrl: '/api'}, /"apiUrl" must be a whole address/],
  [{apiUrl: 'javascript:alert(1)'}, /"apiUrl" must be a whole address/],
  [{apiUrl: 'https://a:b@example.com'}, /"apiUrl" is an address without user name/],
  [{apiUrl: 'https://example.com?x=1'}, /without user name, question mark/],
  [{apiUrl: 7}, /"apiUrl" must be a string/],
  [{docsDir: ''}, /"docsDir" is empty/],
  [{profilePath: 'profile'}, /"profilePath" is a path that begins with a slash/],
  [{profilePath: '/a b'}, /"profilePath" is a path/],
  [{languages: []}, /"languages" needs one language/],
  [{languages: ['en', 'not a tag']}, /"not a tag", which is no language tag/],
  [{languages: ['en', 'EN']}, /duplicate/],
  [{auth: 'none'}, /"auth" must be one of \[chapterwise, external\]/],
  [{id: 'second'}, /a site has this theme once/],
  [{apiURL: 'https://a.example'}, /"apiURL" is not allowed/],
])('%j is refused in words', (options, expected) => {
  const whole = 'apiUrl' in options || Object.keys(options).length === 0;
  const given = whole ? options : {apiUrl: 'https://a.example', ...options};
  expect(() => read(given)).toThrow(expected);
});
