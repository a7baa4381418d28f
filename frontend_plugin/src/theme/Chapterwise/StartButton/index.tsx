/** The button that the whole theme is about. */

import React, {type ReactNode} from 'react';
import Translate from '@docusaurus/Translate';
import type {Props} from '@theme/Chapterwise/StartButton';

import {join, stable, useFocusHandOver} from 'docusaurus-theme-chapterwise/client';

export default function StartButton(props: Props): ReactNode {
  useFocusHandOver(props.control, props.heirs);
  // A button that is merely waiting keeps its focus, so it is not `disabled`.
  const isIdle = props.isReady && !props.isWaiting;
  return (
    <button
      type="button"
      ref={props.control}
      className={join('button button--primary', props.isWaiting && 'disabled', stable('start'))}
      disabled={!props.isReady}
      aria-disabled={props.isWaiting || undefined}
      onClick={() => {
        if (isIdle) props.onStart();
      }}
    >
      {props.isAgain ? (
        <Translate
          id="theme.chapterwise.start.again"
          description="The button that asks for the chapter once more, after a stop or a failure"
        >
          Personalize again
        </Translate>
      ) : (
        <Translate
          id="theme.chapterwise.start.label"
          description="The button that asks for a version of the chapter for this reader"
        >
          Personalize this chapter
        </Translate>
      )}
    </button>
  );
}
