/** What the theme's components are made with; a site that replaces one of them imports the same. */

export {
  AccountStoreProvider,
  ChapterStoreProvider,
  useAccount,
  useChapter,
  useChapterStore,
  useChapterValue,
} from './context';
export {useOptions} from './options';
export {useAsking} from './ui/asking';
export type {Asking, Wish} from './ui/asking';
export {join, stable} from './ui/classes';
export {compare} from './ui/comparing';
export {useFocusHandOver} from './ui/focus';
export {focusFirstProblem} from './ui/forms';
export {directionOf, nameLanguage} from '../core/languages';
export {isLanguageTag, listLanguages} from './ui/languages';
export {formatNumber, useLocale} from './ui/locale';
export {keepPlace} from './ui/place';
export {isShaped, provenanceOf, someSection} from './ui/provenance';
export type {Provenance} from './ui/provenance';
export {useRememberedChoice} from './ui/remembering';
export {saveFile} from './ui/saving';
export {useSubmission} from './ui/submission';
export type {Submission} from './ui/submission';
export {describeWait} from './ui/waiting';
