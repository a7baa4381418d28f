/** What a shown section is: rewritten, translated, with a note, or the author's own. */

import type {ChapterState, ShownSection} from '../../core/types';
import {areSameLanguage} from './languages';

export type Provenance =
  | 'untouched' // the author's text, as was to be
  | 'kept' // the author's text, where a rewritten one was wanted
  | 'rewritten'
  | 'rewritten-with-note'
  | 'translated'
  | 'note';

/** Whether a text other than the author's is there to be shown. */
export function isShaped(section: ShownSection): boolean {
  const isAnswered = section.status === 'rewritten' || section.status === 'cached';
  return isAnswered && section.writer !== 'author';
}

/** Whether any section that has come is so. Not spread: see `listSections`. */
export function someSection(
  state: ChapterState,
  isSo: (section: ShownSection) => boolean,
): boolean {
  return listSections(state).some(isSo);
}

/**
 * Docusaurus compiles for old browsers with Babel's loose mode, in which a spread takes whatever
 * it gets for an array: what is none goes through `Array.from`, here and everywhere.
 */
function listSections(state: ChapterState): readonly ShownSection[] {
  return Array.from(state.sections.values());
}

export function provenanceOf(
  section: ShownSection,
  state: ChapterState,
  pageLanguage: string,
  fits = true,
): Provenance {
  if (section.status === 'fallback' || (isShaped(section) && !fits)) return 'kept';
  if (!isShaped(section)) return 'untouched';
  if (!isReworded(section, state)) return section.notes.length > 0 ? 'note' : 'untouched';
  const language = state.plan?.language ?? pageLanguage;
  if (!areSameLanguage(language, pageLanguage)) return 'translated';
  return section.notes.length > 0 ? 'rewritten-with-note' : 'rewritten';
}

/** Without a model the author's words stay, and notes come from the site's own facts. */
function isReworded(section: ShownSection, state: ChapterState): boolean {
  if (section.writer === 'fact_sheet' || state.done?.llm_provider === 'offline') return false;
  const planned = state.plan?.transformations ?? [];
  return planned.length === 0 || planned.some((each) => each.adds !== 'notes');
}
