/** The warning for sites where another component stands in front of ours. */

import logger from '@docusaurus/logger';
import {expect, test, vi} from 'vitest';
import {listReplaced, warnOfReplaced} from '../guarding';

const OURS = '/site/node_modules/docusaurus-theme-chapterwise/lib/theme';

test('our own components are no cause for a warning', () => {
  const alias = {
    '@theme/DocItem/Content': `${OURS}/DocItem/Content/index.js`,
    '@theme/DocItem/Layout': `${OURS}/DocItem/Layout/index.js`,
  };
  expect(listReplaced(alias, OURS)).toEqual([]);
});

test('another component is found, also in a folder that begins like ours', () => {
  const alias = {
    '@theme/DocItem/Content': '/site/src/theme/DocItem/Content.tsx',
    '@theme/DocItem/Layout': `${OURS}-other/DocItem/Layout.js`,
  };
  expect(listReplaced(alias, OURS)).toEqual(['DocItem/Content', 'DocItem/Layout']);
});

test.each([undefined, null, false, [], {}, {'@theme/DocItem/Content': 5}])(
  'a bundler without such aliases (%j) is left alone',
  (alias) => {
    expect(listReplaced(alias, OURS)).toEqual([]);
  },
);

test('the warning says what to do', () => {
  const warn = vi.spyOn(logger, 'warn').mockImplementation(() => undefined);
  warnOfReplaced(['DocItem/Content']);
  expect(warn.mock.calls.join()).toContain('list docusaurus-theme-chapterwise last in `themes`');
});
