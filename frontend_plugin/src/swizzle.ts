/** Which of the theme's components a site may replace without fear of the next version. */

import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import type {SwizzleComponentConfig, SwizzleConfig} from '@docusaurus/types';
import {THEME_PATH} from './paths';

const SAFE: SwizzleComponentConfig = {actions: {eject: 'safe', wrap: 'safe'}};

const WRAPPERS: SwizzleConfig['components'] = {
  'DocItem/Content': {
    actions: {eject: 'unsafe', wrap: 'unsafe'},
    description:
      'Puts the bar above a chapter and the learner’s sections into it. Ejected without it, ' +
      'the page has no bar.',
  },
  'DocItem/Layout': {
    actions: {eject: 'unsafe', wrap: 'unsafe'},
    description: 'Gives a page its chapter, and the table of contents its labels.',
  },
};

export function getSwizzleConfig(): SwizzleConfig {
  const parts = listParts(join(THEME_PATH, 'Chapterwise'));
  const safe = parts.map((name) => [`Chapterwise/${name}`, SAFE] as const);
  return {components: {...Object.fromEntries(safe), ...WRAPPERS}};
}

/** The components as they were built: a folder each, or a file. */
function listParts(folder: string): readonly string[] {
  const entries = readdirSync(folder, {withFileTypes: true});
  const names = entries
    .filter((entry) => entry.isDirectory() || entry.name.endsWith('.js'))
    .map((entry) => entry.name.replace(/\.js$/, ''));
  return [...new Set(names)].filter((name) => /^[A-Z]/.test(name)).sort();
}
