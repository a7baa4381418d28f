/** What went wrong with a form and belongs to none of its fields. */

import React, {type ReactNode} from 'react';
import FailureText from '@theme/Chapterwise/FailureText';
import type {Props} from '@theme/Chapterwise/FormProblem';

import {join} from 'docusaurus-theme-chapterwise/client';
import styles from './styles.module.css';

export default function FormProblem({failure, children}: Props): ReactNode {
  return (
    // The region is there before what it says, or it would not be heard.
    <div role="alert">
      {failure && (
        <p className={join('alert alert--danger', styles.problem)}>
          {children ?? <FailureText failure={failure} />}
        </p>
      )}
    </div>
  );
}
