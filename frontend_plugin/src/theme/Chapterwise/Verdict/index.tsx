/** At the chapter's end: did this version help? */

import React, {type ReactNode} from 'react';
import {translate} from '@docusaurus/Translate';
import Thumbs from '@theme/Chapterwise/Thumbs';

import {isShaped, join, someSection, stable, useChapter} from 'docusaurus-theme-chapterwise/client';
import styles from './styles.module.css';

export default function Verdict(): ReactNode {
  const state = useChapter()?.state;
  if (state?.phase !== 'done' || state.view !== 'personalized' || state.stale) return null;
  // There is nothing to judge where all the text is the author's.
  if (!someSection(state, isShaped)) return null;
  return (
    <div className={join(styles.verdict, stable('verdict'))}>
      <Thumbs
        question={translate({
          id: 'theme.chapterwise.verdict.question',
          message: 'Did this version of the chapter help you?',
          description: 'Before the thumbs at the end of a chapter',
        })}
      />
    </div>
  );
}
