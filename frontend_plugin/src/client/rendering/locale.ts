/** Whose words these are: the site's language, or the one that the chapter was asked for in. */

import {useMemo} from 'react';
import useDocusaurusContext from '@docusaurus/useDocusaurusContext';

import type {Direction, ShownSection} from '../../core/types';
import {useChapterStore, useChapterValue} from '../context';

export interface Voice {
  readonly language: string;
  readonly direction: Direction;
}

/** The author's. */
export function useLocale(): Voice {
  const {i18n} = useDocusaurusContext();
  const config = i18n.localeConfigs[i18n.currentLocale];
  const language = config?.htmlLang ?? i18n.currentLocale;
  const direction = config?.direction === 'rtl' ? 'rtl' : 'ltr';
  return useMemo(() => ({language, direction}), [language, direction]);
}

/** Whether the words are the rewritten ones: only these are in the language of the plan. */
export function isRewritten(section: ShownSection): boolean {
  return section.status === 'rewritten' || section.status === 'cached';
}

/** The language that the chapter was asked for in, if the page itself is in another one. */
export function useForeignVoice(): Voice | null {
  const author = useLocale();
  const store = useChapterStore();
  const language = useChapterValue(store, (state) => state.plan?.language ?? null);
  const direction = useChapterValue(store, (state) => state.plan?.direction ?? null);
  return useMemo(() => {
    if (language === null || direction === null) return null;
    const isOwn = primary(language) === primary(author.language) && direction === author.direction;
    return isOwn ? null : {language, direction};
  }, [author, language, direction]);
}

function primary(tag: string): string {
  return tag.split('-', 1)[0]?.toLowerCase() ?? tag;
}
