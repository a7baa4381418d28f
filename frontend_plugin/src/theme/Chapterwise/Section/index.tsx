/** One section of the chapter: the author's text and the reader's, one of them shown. */

import React, {useId, useState, type ReactNode} from 'react';
import {translate} from '@docusaurus/Translate';
import SectionPanel from '@theme/Chapterwise/SectionPanel';
import type {Props} from '@theme/Chapterwise/Section';

import {
  isShaped,
  join,
  keepPlace,
  nameLanguage,
  type Provenance,
  provenanceOf,
  stable,
  useChapter,
  useLocale,
} from 'docusaurus-theme-chapterwise/client';
import type {ChapterState, ShownSection, Writer} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

export default function Section({section, fits = true, original, shown}: Props): ReactNode {
  const state = useChapter()?.state;
  const locale = useLocale();
  const [isTurned, setTurned] = useState(false);
  const isPersonal = state?.view === 'personalized' && !state.stale && section !== null;
  const provenance = isPersonal ? provenanceOf(section, state, locale, fits) : 'untouched';
  const isMarked = isPersonal && provenance !== 'untouched';
  const isOriginalShown = isTurned || !isPersonal || !fits || !isShaped(section);

  return (
    <div
      className={join(
        stable('section'),
        isMarked && styles.marked,
        isMarked && isOriginalShown && styles.original,
      )}
    >
      {isMarked && (
        <Mark
          section={section}
          state={state}
          provenance={provenance}
          isOriginalShown={isOriginalShown}
          onShowOriginal={(wanted) => keepPlace(() => setTurned(wanted))}
          original={original}
          shown={shown}
        />
      )}
      {/* One place for both, so that React keeps alive what is in both: tabs, listings, widgets. */}
      {isOriginalShown ? original : shown}
    </div>
  );
}

interface MarkProps {
  readonly section: ShownSection;
  readonly state: ChapterState;
  readonly provenance: Provenance;
  readonly isOriginalShown: boolean;
  readonly onShowOriginal: (isOriginalShown: boolean) => void;
  readonly original: ReactNode;
  readonly shown: ReactNode;
}

function Mark(props: MarkProps): ReactNode {
  const {section, state, provenance, isOriginalShown, original, shown} = props;
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={join(styles.mark, stable('mark'))}>
      <button
        type="button"
        className={styles.label}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {nameProvenance(isOriginalShown ? 'kept' : provenance, state.plan?.language ?? '')}
      </button>
      {isOpen && (
        <div id={id}>
          <SectionPanel
            section={section}
            isShaped={provenance !== 'kept'}
            writer={section.writer ?? guessWriter(state)}
            isOriginalShown={isOriginalShown}
            onShowOriginal={props.onShowOriginal}
            sides={provenance === 'translated' ? null : {original, shown}}
          />
        </div>
      )}
    </div>
  );
}

/** For an API that does not say it. */
function guessWriter(state: ChapterState): Writer {
  return state.done?.llm_provider === 'offline' ? 'fact_sheet' : 'model';
}

function nameProvenance(provenance: Provenance, language: string): string {
  switch (provenance) {
    case 'translated':
      return translate(
        {
          id: 'theme.chapterwise.mark.translated',
          message: 'Rewritten for you · {language}',
          description: 'On a section in another language, which is named in itself',
        },
        {language: nameLanguage(language)},
      );
    case 'note':
      return translate({
        id: 'theme.chapterwise.mark.note',
        message: 'Note added',
        description: "On a section with the author's words and a note for the reader",
      });
    case 'rewritten-with-note':
      return translate({
        id: 'theme.chapterwise.mark.rewrittenWithNote',
        message: 'Rewritten for you, note added',
        description: 'On a section that was rewritten and has a note for the reader',
      });
    case 'rewritten':
      return translate({
        id: 'theme.chapterwise.mark.rewritten',
        message: 'Rewritten for you',
        description: 'On a section that was rewritten',
      });
    default:
      return translate({
        id: 'theme.chapterwise.mark.kept',
        message: 'The author’s own text',
        description: "On a section that shows the author's text",
      });
  }
}
