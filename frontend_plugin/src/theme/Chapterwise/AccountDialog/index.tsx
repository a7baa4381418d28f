/** The dialog in which a reader signs in, makes an account and says who they are. */

import React, {useEffect, useId, useRef, useState, type ReactNode} from 'react';
import {translate} from '@docusaurus/Translate';
import type {Props} from '@theme/Chapterwise/AccountDialog';
import Onboarding from '@theme/Chapterwise/Onboarding';
import SignIn from '@theme/Chapterwise/SignIn';

import {join, stable, useAccount} from 'docusaurus-theme-chapterwise/client';
import styles from './styles.module.css';

type Step = Props['start'] | 'onboarding';

export default function AccountDialog({start, onClose}: Props): ReactNode {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const {state} = useAccount();
  const [step, setStep] = useState<Step>(start);
  // Closing it lets the browser give the focus back to where it was.
  const close = () => dialog.current?.close();

  useEffect(() => {
    if (!dialog.current || dialog.current.open) return;
    dialog.current.showModal();
    dialog.current.querySelector('input')?.focus();
  }, []);
  useEffect(() => {
    if (step === 'onboarding') title.current?.focus();
  }, [step]);

  return (
    <dialog
      ref={dialog}
      className={join(styles.dialog, stable('dialog'))}
      aria-labelledby={id}
      onClose={onClose}
    >
      <div className={styles.header}>
        <h2 id={id} ref={title} tabIndex={-1} className={styles.title}>
          {nameStep(step)}
        </h2>
        <CloseButton onClick={close} />
      </div>
      {step === 'onboarding' ? (
        <Onboarding answers={state.account?.onboarding ?? null} onSaved={close} onSkip={close} />
      ) : (
        <SignIn
          mode={step}
          onSwitch={() => setStep(step === 'sign-in' ? 'sign-up' : 'sign-in')}
          onDone={step === 'sign-up' ? () => setStep('onboarding') : close}
        />
      )}
    </dialog>
  );
}

function CloseButton({onClick}: {readonly onClick: () => void}): ReactNode {
  return (
    <button
      type="button"
      className={join('clean-btn', styles.close)}
      aria-label={translate({
        id: 'theme.chapterwise.dialog.close',
        message: 'Close',
        description: 'The button that closes the account dialog',
      })}
      onClick={onClick}
    >
      <svg viewBox="0 0 15 15" width="18" height="18" aria-hidden="true">
        <path d="M2 2l11 11M13 2L2 13" stroke="currentColor" strokeWidth="1.5" fill="none" />
      </svg>
    </button>
  );
}

function nameStep(step: Step): string {
  switch (step) {
    case 'sign-in':
      return translate({
        id: 'theme.chapterwise.dialog.signIn',
        message: 'Sign in',
        description: 'The title of the dialog for signing in',
      });
    case 'sign-up':
      return translate({
        id: 'theme.chapterwise.dialog.signUp',
        message: 'Create an account',
        description: 'The title of the dialog for a new account',
      });
    default:
      return translate({
        id: 'theme.chapterwise.dialog.onboarding',
        message: 'Five questions about you',
        description: 'The title of the dialog with the questions after a new account was made',
      });
  }
}
