/** Says so at build time when another component stands where the theme's wrapper should. */

import {sep} from 'node:path';
import logger from '@docusaurus/logger';

const WRAPPED = ['DocItem/Content', 'DocItem/Layout'] as const;

/** The wrappers that the site shows something else for. */
export function listReplaced(alias: unknown, themePath: string): readonly string[] {
  if (typeof alias !== 'object' || alias === null) return [];
  const paths = new Map<string, unknown>(Object.entries(alias));
  return WRAPPED.filter((name) => {
    const path = paths.get(`@theme/${name}`);
    return typeof path === 'string' && !path.startsWith(themePath + sep);
  });
}

export function warnOfReplaced(names: readonly string[]): void {
  for (const name of names) {
    logger.warn(
      `Another component stands in front of the Chapterwise theme's ${name}. If it wraps ` +
        '@theme-original all is well. If it was ejected, or comes from another theme that is ' +
        'listed later, chapters have no bar: list docusaurus-theme-chapterwise last in `themes`.',
    );
  }
}
