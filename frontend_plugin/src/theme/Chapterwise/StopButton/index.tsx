/** Stop reading the stream; what has come stays. */

import React, {type ReactNode} from 'react';
import Translate from '@docusaurus/Translate';
import type {Props} from '@theme/Chapterwise/StopButton';

import {join, stable, useFocusHandOver} from 'docusaurus-theme-chapterwise/client';

export default function StopButton({control, heirs, onStop}: Props): ReactNode {
  useFocusHandOver(control, heirs);
  return (
    <button
      type="button"
      ref={control}
      className={join('button button--secondary', stable('stop'))}
      onClick={(event) => {
        // It stands where the start was: the second half of a double click is not meant for it.
        if (event.detail < 2) onStop();
      }}
    >
      <Translate
        id="theme.chapterwise.stop"
        description="The button that stops while a chapter is being personalized"
      >
        Stop
      </Translate>
    </button>
  );
}
