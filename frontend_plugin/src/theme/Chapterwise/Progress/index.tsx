/** How far the chapter has come, to be seen and heard. */

import React, {type ReactNode} from 'react';
import {translate} from '@docusaurus/Translate';
import type {Props} from '@theme/Chapterwise/Progress';

import {formatNumber, join, stable, useLocale} from 'docusaurus-theme-chapterwise/client';
import type {ChapterState} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

export default function Progress({state, isWaiting}: Props): ReactNode {
  const locale = useLocale();
  const isRunning = state.phase === 'planning' || state.phase === 'streaming';
  const words = isRunning || isWaiting ? describeRun(state, locale) : describeRest(state);
  return (
    <div className={join(styles.progress, stable('progress'))}>
      <p role="status" className={styles.words}>
        {words}
      </p>
      {state.phase === 'streaming' && (
        <progress
          className={styles.measure}
          max={Math.max(state.total, 1)}
          value={state.sections.size}
          aria-label={translate({
            id: 'theme.chapterwise.progress.label',
            message: 'Sections ready',
            description: 'The name of the progress bar, for screen readers',
          })}
        />
      )}
    </div>
  );
}

function describeRun(state: ChapterState, locale: string): string {
  if (state.phase !== 'streaming') {
    return translate({
      id: 'theme.chapterwise.progress.looking',
      message: 'Looking for your version…',
      description: 'While it is not known yet which sections will come',
    });
  }
  return translate(
    {
      id: 'theme.chapterwise.progress.section',
      message: 'Section {count} of {total}',
      description: 'How many sections have come while the others are being written',
    },
    {
      count: formatNumber(locale, state.sections.size),
      total: formatNumber(locale, state.total),
    },
  );
}

function describeRest(state: ChapterState): string {
  if (state.phase === 'failed' || state.stale) return '';
  if (state.done) return describeEnd(state);
  if (state.sections.size > 0) {
    return translate({
      id: 'theme.chapterwise.progress.stopped',
      message: 'Stopped. What has come stays.',
      description: 'After the reader has stopped the personalization',
    });
  }
  return translate({
    id: 'theme.chapterwise.progress.hint',
    message: 'Rewritten for what you know and have. Code, formulas and figures stay the author’s.',
    description: 'What the button will do, before it has been clicked',
  });
}

function describeEnd(state: ChapterState): string {
  return state.done?.cached
    ? translate({
        id: 'theme.chapterwise.progress.cached',
        message: 'Ready. This version had been written before.',
        description: 'When the whole chapter was already stored',
      })
    : translate({
        id: 'theme.chapterwise.progress.done',
        message: 'Ready.',
        description: 'When all sections have come',
      });
}
