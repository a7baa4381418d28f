/** The reader's version, or the author's. */

import React, {type ReactNode} from 'react';
import {translate} from '@docusaurus/Translate';
import type {Props} from '@theme/Chapterwise/ViewSwitch';

import {join, stable} from 'docusaurus-theme-chapterwise/client';
import type {View} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

export default function ViewSwitch({view, control, onShow}: Props): ReactNode {
  const label = translate({
    id: 'theme.chapterwise.view.label',
    message: 'Which text to show',
    description: 'The name of the two buttons that switch between the texts, for screen readers',
  });
  return (
    <div role="group" aria-label={label} className={join(styles.group, stable('view'))}>
      {listViews().map(([each, words]) => (
        <button
          key={each}
          type="button"
          ref={each === 'personalized' ? control : undefined}
          className={styles.choice}
          aria-pressed={view === each}
          onClick={() => onShow(each)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

function listViews(): readonly (readonly [View, string])[] {
  return [
    [
      'personalized',
      translate({
        id: 'theme.chapterwise.view.personalized',
        message: 'For you',
        description: 'The button that shows the version for this reader',
      }),
    ],
    [
      'original',
      translate({
        id: 'theme.chapterwise.view.original',
        message: 'Original',
        description: "The button that shows the author's text",
      }),
    ],
  ];
}
