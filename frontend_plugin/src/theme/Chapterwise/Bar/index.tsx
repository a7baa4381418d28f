/** The bar above a chapter: ask for it, watch it come, choose what to read. */

import React, {useEffect, useRef, useState, type ReactNode} from 'react';
import {translate} from '@docusaurus/Translate';
import useIsBrowser from '@docusaurus/useIsBrowser';
import AccountDialog from '@theme/Chapterwise/AccountDialog';
import AccountMenu from '@theme/Chapterwise/AccountMenu';
import Language from '@theme/Chapterwise/Language';
import Notice from '@theme/Chapterwise/Notice';
import Progress from '@theme/Chapterwise/Progress';
import Reasons from '@theme/Chapterwise/Reasons';
import StartButton from '@theme/Chapterwise/StartButton';
import StopButton from '@theme/Chapterwise/StopButton';
import ViewSwitch from '@theme/Chapterwise/ViewSwitch';

import {
  join,
  keepPlace,
  stable,
  useAccount,
  useAsking,
  useChapter,
  useOptions,
  useRememberedChoice,
} from 'docusaurus-theme-chapterwise/client';
import {keepChoice} from 'docusaurus-theme-chapterwise/core';
import type {ChapterState, View} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

export default function ChapterwiseBar(): ReactNode {
  const chapter = useChapter();
  return chapter && <ChapterBar {...chapter} />;
}

function ChapterBar({state, store}: NonNullable<ReturnType<typeof useChapter>>): ReactNode {
  const {state: account} = useAccount();
  const asking = useAsking(store, account);
  const [language, setLanguage] = useState(state.language);
  const [dialogStart, setDialogStart] = useState<'sign-in' | 'sign-up'>('sign-up');
  const remembered = useRememberedChoice(state, account, asking.ask);
  useEffect(() => {
    if (remembered !== null) setLanguage(remembered.language);
  }, [remembered]);

  function show(view: View): void {
    keepPlace(() => store.show(view));
    keepChoice({isPersonalized: view === 'personalized', language});
  }

  function ask(refresh = false, start: typeof dialogStart = 'sign-up'): void {
    setDialogStart(start);
    asking.ask({language, refresh});
    keepChoice({isPersonalized: true, language});
  }

  function signIn(): void {
    setDialogStart('sign-in');
    asking.openDialog();
  }

  function choose(chosen: string | null): void {
    setLanguage(chosen);
    // Before the first click a language is only chosen, not yet asked for.
    if (state.phase !== 'idle') asking.ask({language: chosen});
    keepChoice({isPersonalized: state.phase !== 'idle', language: chosen});
  }

  return (
    <div
      className={join(stable('bar'), styles.bar)}
      role="region"
      aria-label={translate({
        id: 'theme.chapterwise.bar.label',
        message: 'Personalize this chapter',
        description: 'The name of the bar above a chapter, for screen readers',
      })}
    >
      <Controls
        state={state}
        isWaiting={asking.isWaiting}
        language={language}
        onAsk={() => ask()}
        onStop={() => store.stop()}
        onShow={show}
        onChoose={choose}
        onSignIn={signIn}
      />
      <Progress state={state} isWaiting={asking.isWaiting} />
      <Notice
        state={state}
        isExternal={account.external}
        onRetry={() => ask()}
        onAskAgain={() => ask(true)}
        onSignIn={() => ask(false, 'sign-in')}
      />
      <Reasons state={state} onShowOriginal={() => show('original')} />
      {asking.isDialogOpen && <AccountDialog start={dialogStart} onClose={asking.closeDialog} />}
    </div>
  );
}

interface ControlsProps {
  readonly state: ChapterState;
  readonly isWaiting: boolean;
  readonly language: string | null;
  readonly onAsk: () => void;
  readonly onStop: () => void;
  readonly onShow: (view: View) => void;
  readonly onChoose: (language: string | null) => void;
  readonly onSignIn: () => void;
}

function Controls(props: ControlsProps): ReactNode {
  const {state, isWaiting} = props;
  const start = useRef<HTMLButtonElement>(null);
  const stop = useRef<HTMLButtonElement>(null);
  const personal = useRef<HTMLButtonElement>(null);
  // The server's page has every control where it will be, and none that answers yet.
  const isReady = useIsBrowser();
  const options = useOptions();
  const isRunning = state.phase === 'planning' || state.phase === 'streaming';
  // A stream that was stopped is done, too, and there is more to ask for.
  const isComplete = state.phase === 'done' && state.done !== null;
  return (
    <div className={styles.row}>
      {!isRunning && !isComplete && (
        <StartButton
          isReady={isReady}
          isWaiting={isWaiting}
          isAgain={state.phase === 'failed' || state.sections.size > 0}
          control={start}
          heirs={[stop, personal]}
          onStart={props.onAsk}
        />
      )}
      {isRunning && (
        <StopButton control={stop} heirs={[start, personal]} onStop={props.onStop} />
      )}
      {state.sections.size > 0 && (
        <ViewSwitch view={state.view} control={personal} onShow={props.onShow} />
      )}
      <Language
        offered={options?.languages ?? []}
        value={props.language}
        isDisabled={!isReady}
        onChoose={props.onChoose}
      />
      <AccountMenu onSignIn={props.onSignIn} />
    </div>
  );
}
