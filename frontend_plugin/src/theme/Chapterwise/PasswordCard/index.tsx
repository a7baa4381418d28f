/** Changing the password. */

import React, {useRef, useState, type FormEvent, type ReactNode} from 'react';
import Translate, {translate} from '@docusaurus/Translate';
import FailureText from '@theme/Chapterwise/FailureText';
import PasswordField from '@theme/Chapterwise/PasswordField';

import {
  focusFirstProblem,
  join,
  stable,
  useAccount,
  useSubmission,
} from 'docusaurus-theme-chapterwise/client';
import type {Failure} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

const SHORTEST_PASSWORD = 8;
const LONGEST_PASSWORD = 1024;

export default function PasswordCard(): ReactNode {
  const {state, store} = useAccount();
  const form = useRef<HTMLFormElement>(null);
  const [isShort, setShort] = useState(false);
  const [isDone, setDone] = useState(false);
  const sending = useSubmission();

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const [current, next] = [read(data, 'current_password'), read(data, 'new_password')];
    setDone(false);
    setShort(next.length < SHORTEST_PASSWORD);
    if (next.length < SHORTEST_PASSWORD) return focusFirstProblem(form);
    const isGood = await sending.run(() => store.changePassword(current, next));
    setDone(isGood);
    if (isGood) form.current?.reset();
    else focusFirstProblem(form);
  }

  const fields = sending.failure?.fields ?? {};
  return (
    <section className={join('card', styles.card, stable('password'))}>
      <h2>
        <Translate
          id="theme.chapterwise.passwordCard.title"
          description="The title above the form that changes the password"
        >
          Password
        </Translate>
      </h2>
      <form ref={form} noValidate onSubmit={(event) => void submit(event)}>
        {/* Password managers look for the name that the password belongs to. */}
        <input
          type="email"
          name="email"
          autoComplete="username"
          value={state.account?.email ?? ''}
          readOnly
          hidden
        />
        <PasswordField
          name="current_password"
          autoComplete="current-password"
          required
          maxLength={LONGEST_PASSWORD}
          label={translate({
            id: 'theme.chapterwise.passwordCard.current',
            message: 'Current password',
            description: 'The name of the field for the password as it is',
          })}
          problem={fields.current_password === undefined ? null : sayWrong()}
        />
        <PasswordField
          name="new_password"
          autoComplete="new-password"
          required
          maxLength={LONGEST_PASSWORD}
          label={translate({
            id: 'theme.chapterwise.passwordCard.new',
            message: 'New password',
            description: 'The name of the field for the password as it will be',
          })}
          hint={sayRule()}
          problem={isShort || fields.new_password !== undefined ? sayRule() : null}
        />
        <button
          type="submit"
          className={join('button button--primary', sending.isPending && 'disabled')}
          aria-disabled={sending.isPending || undefined}
        >
          <Translate
            id="theme.chapterwise.passwordCard.submit"
            description="The button that changes the password"
          >
            Change it
          </Translate>
        </button>
      </form>
      <Outcome isDone={isDone} failure={sending.failure} />
    </section>
  );
}

interface OutcomeProps {
  readonly isDone: boolean;
  readonly failure: Failure | null;
}

function Outcome({isDone, failure}: OutcomeProps): ReactNode {
  const isToldBeside = Object.keys(failure?.fields ?? {}).length > 0;
  return (
    <p role="status" className={styles.status}>
      {isDone && (
        <Translate
          id="theme.chapterwise.passwordCard.done"
          description="After the password was changed"
        >
          Your password is changed. You are signed out everywhere else.
        </Translate>
      )}
      {failure && !isToldBeside && <FailureText failure={failure} />}
    </p>
  );
}

function read(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === 'string' ? value : '';
}

function sayRule(): string {
  return translate({
    id: 'theme.chapterwise.passwordCard.rule',
    message: 'Eight characters or more',
    description: 'What the new password has to be',
  });
}

function sayWrong(): string {
  return translate({
    id: 'theme.chapterwise.passwordCard.wrong',
    message: 'That is not your current password.',
    description: 'When the current password is not right',
  });
}
