/** What a reader should know about the text on the page, and what can be done about it. */

import React, {type ReactNode} from 'react';
import Translate from '@docusaurus/Translate';
import FailureText from '@theme/Chapterwise/FailureText';
import type {Props} from '@theme/Chapterwise/Notice';

import {join, stable} from 'docusaurus-theme-chapterwise/client';
import type {ChapterState, FailureKind} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

// Asking once more changes nothing about these.
const FINAL: ReadonlySet<FailureKind> = new Set(['not-found', 'invalid', 'conflict', 'refused']);

export default function Notice(props: Props): ReactNode {
  const {state} = props;
  return (
    <div className={stable('notices')}>
      {/* The region is there before what it says, or it would not be heard. */}
      <div role="alert">{state.failure && <FailureNotice {...props} />}</div>
      <div aria-live="polite">
        {state.stale && <StaleNotice />}
        {state.done?.notice && <ServerNotice {...props} text={state.done.notice} />}
      </div>
    </div>
  );
}

function FailureNotice({state, isExternal, onRetry, onSignIn}: Props): ReactNode {
  const {failure} = state;
  if (!failure) return null;
  const isSignedOut = failure.kind === 'signed-out';
  return (
    <div className={join('alert alert--warning', styles.notice, stable('notice'))}>
      <p>
        <FailureText failure={failure} isExternal={isExternal} />
        {state.sections.size === 0 && (
          <>
            {' '}
            <Translate
              id="theme.chapterwise.notice.intact"
              description="After a failure that left the page as it was"
            >
              The author’s text is all here.
            </Translate>
          </>
        )}
      </p>
      {isSignedOut && !isExternal ? (
        <Action onClick={onSignIn}>
          <Translate
            id="theme.chapterwise.notice.signIn"
            description="The button that opens the sign-in dialog when the session has ended"
          >
            Sign in
          </Translate>
        </Action>
      ) : (
        !FINAL.has(failure.kind) && (
          <Action onClick={onRetry}>
            <Translate
              id="theme.chapterwise.notice.retry"
              description="The button that asks once more after a failure"
            >
              Try again
            </Translate>
          </Action>
        )
      )}
    </div>
  );
}

function StaleNotice(): ReactNode {
  return (
    <div className={join('alert alert--info', styles.notice, stable('notice'))}>
      <p>
        <Translate
          id="theme.chapterwise.notice.stale"
          description="When the page was built from another version of the chapter than the API has"
        >
          This chapter was edited after this page was made, so you see the author’s text. Reload the
          page in a while to get your version.
        </Translate>
      </p>
    </div>
  );
}

function ServerNotice({state, onAskAgain, text}: Props & {readonly text: string}): ReactNode {
  return (
    <div className={join('alert alert--info', styles.notice, stable('notice'))}>
      <p dir="auto">{text}</p>
      {mayHelp(state) && (
        <Action onClick={onAskAgain}>
          <Translate
            id="theme.chapterwise.notice.askAgain"
            description="The button that asks again for the sections that could not be rewritten"
          >
            Ask again
          </Translate>
        </Action>
      )}
    </div>
  );
}

/** Whether asking again may bring a text; one that waits for an instructor is there already. */
function mayHelp(state: ChapterState): boolean {
  const shown = Array.from(state.sections.values());
  const waiting = state.done?.explanation?.originals.get('unaccepted') ?? 0;
  return shown.filter((section) => section.status === 'fallback').length > waiting;
}

interface ActionProps {
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function Action({onClick, children}: ActionProps): ReactNode {
  return (
    <button type="button" className="button button--secondary button--sm" onClick={() => onClick()}>
      {children}
    </button>
  );
}
