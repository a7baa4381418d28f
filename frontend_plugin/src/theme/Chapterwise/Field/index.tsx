/** A field with its name, a hint, and what is wrong with what was typed. */

import React, {useId, type ReactNode} from 'react';
import type {Props} from '@theme/Chapterwise/Field';

import {join} from 'docusaurus-theme-chapterwise/client';
import styles from './styles.module.css';

export default function Field({label, hint, problem, children, ...input}: Props): ReactNode {
  const id = useId();
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ');
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      <div className={styles.row}>
        <input
          {...input}
          id={id}
          className={join(styles.input, problem && styles.wrong)}
          aria-invalid={problem ? true : undefined}
          aria-describedby={described || undefined}
        />
        {children}
      </div>
      {problem && (
        <p id={`${id}-problem`} className={styles.problem}>
          <span dir="auto">{problem}</span>
        </p>
      )}
    </div>
  );
}
