/** What was taken from a section and what was added, to be seen and heard. */

import React, {type ReactNode} from 'react';
import Translate, {translate} from '@docusaurus/Translate';
import type {Part, Props} from '@theme/Chapterwise/Difference';
import Unseen from '@theme/Chapterwise/Unseen';

import {join, stable} from 'docusaurus-theme-chapterwise/client';
import styles from './styles.module.css';

export default function Difference({parts}: Props): ReactNode {
  if (parts.every(({kind}) => kind === 'same')) {
    return (
      <p role="status" className={styles.difference}>
        <Translate
          id="theme.chapterwise.difference.none"
          description="When no word of a section was changed"
        >
          No word of the author’s was changed.
        </Translate>
      </p>
    );
  }
  const label = translate({
    id: 'theme.chapterwise.difference.label',
    message: 'What was changed in this section',
    description: 'The name of the text with its marked changes, for screen readers',
  });
  return (
    <div
      role="group"
      aria-label={label}
      tabIndex={0}
      dir="auto"
      className={join(styles.difference, stable('difference'))}
    >
      {parts.map((part, index) => (
        <PartText key={index} {...part} />
      ))}
    </div>
  );
}

function PartText({kind, text}: Part): ReactNode {
  if (kind === 'same') return text;
  const Mark = kind === 'added' ? 'ins' : 'del';
  return (
    <Mark className={kind === 'added' ? styles.added : styles.removed}>
      <Unseen>{`${nameKind(kind)} `}</Unseen>
      {text}
    </Mark>
  );
}

function nameKind(kind: 'added' | 'removed'): string {
  return kind === 'added'
    ? translate({
        id: 'theme.chapterwise.difference.added',
        message: '[added:]',
        description: 'Before added words, for screen readers',
      })
    : translate({
        id: 'theme.chapterwise.difference.removed',
        message: '[removed:]',
        description: 'Before removed words, for screen readers',
      });
}
