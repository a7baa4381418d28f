/** The plugin object: what the theme adds to a Docusaurus site. */

import {readDefaultCodeTranslationMessages} from '@docusaurus/theme-translations';
import {normalizeUrl} from '@docusaurus/utils';
import type {LoadContext, Plugin} from '@docusaurus/types';
import {listReplaced, warnOfReplaced} from './guarding';
import type {PluginOptions, PublicOptions} from './options';
import {LOCALES_PATH, THEME_PATH} from './paths';
import {describeSources, listPages, SOURCES_FILE} from './sources';

export {validateOptions} from './options';
export {getSwizzleConfig} from './swizzle';
export type {Options, PluginOptions, PublicOptions} from './options';
export type {Source, Sources} from './naming';

const NAME = 'docusaurus-theme-chapterwise';

export default function themeChapterwise(context: LoadContext, options: PluginOptions): Plugin {
  const {id: _, ...shared} = options;
  const profilePath = normalizeUrl([context.baseUrl, options.profilePath]);

  return {
    name: NAME,

    // From `lib/server`, where this module is built to.
    getThemePath: () => '../theme',
    getTypeScriptThemePath: () => '../../src/theme',

    getDefaultCodeTranslationMessages: () =>
      readDefaultCodeTranslationMessages({
        dirPath: LOCALES_PATH,
        locale: context.i18n.currentLocale,
        name: NAME,
      }),

    async allContentLoaded({allContent, actions}) {
      const pages = listPages(allContent);
      const sources = await describeSources(pages, context.siteDir, options.docsDir);
      await actions.createData(SOURCES_FILE, sources);
      actions.setGlobalData({...shared, profilePath} satisfies PublicOptions);
      actions.addRoute({
        path: profilePath,
        component: '@theme/Chapterwise/ProfilePage',
        exact: true,
      });
    },

    configureWebpack(config, isServer) {
      if (!isServer) warnOfReplaced(listReplaced(config.resolve?.alias, THEME_PATH));
    },
  };
}
