/** What is held about the reader: to take along, and to have erased. */

import React, {useId, useState, type FormEvent, type ReactNode} from 'react';
import Translate, {translate} from '@docusaurus/Translate';
import FailureText from '@theme/Chapterwise/FailureText';
import Field from '@theme/Chapterwise/Field';

import {
  join,
  saveFile,
  stable,
  useAccount,
  useSubmission,
} from 'docusaurus-theme-chapterwise/client';
import type {AccountState} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

const FILE_NAME = 'chapterwise-account.json';

export default function DataCard(): ReactNode {
  return (
    <section className={join('card', styles.card, stable('data'))}>
      <h2>
        <Translate
          id="theme.chapterwise.data.title"
          description="The title above the download and the erasure of the reader's data"
        >
          Your data
        </Translate>
      </h2>
      <Download />
      <Erase />
    </section>
  );
}

function Download(): ReactNode {
  const {store} = useAccount();
  const sending = useSubmission();
  return (
    <>
      <button
        type="button"
        className={join('button button--secondary', sending.isPending && 'disabled')}
        aria-disabled={sending.isPending || undefined}
        onClick={() =>
          void sending.run(async () => saveFile(await store.exportData(), FILE_NAME))
        }
      >
        <Translate
          id="theme.chapterwise.data.download"
          description="The button that downloads the reader's data"
        >
          Download everything we hold about you
        </Translate>
      </button>
      <p role="status" className={styles.status}>
        {sending.failure && <FailureText failure={sending.failure} />}
      </p>
    </>
  );
}

function Erase(): ReactNode {
  const {state, store} = useAccount();
  const sending = useSubmission();
  const id = useId();
  const [isWrong, setWrong] = useState(false);
  const word = confirmationOf(state);

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const typed = new FormData(event.currentTarget).get('confirmation');
    const isRight = typeof typed === 'string' && typed.trim() === word;
    setWrong(!isRight);
    if (isRight) void sending.run(() => store.erase());
  }
  return (
    <details className={styles.erase}>
      <summary>
        <Translate
          id="theme.chapterwise.erase.title"
          description="Opens the form that erases the account"
        >
          Erase this account
        </Translate>
      </summary>
      <form noValidate aria-describedby={id} onSubmit={submit}>
        <p id={id}>
          <Translate
            id="theme.chapterwise.erase.warning"
            description="What erasing the account means"
          >
            Your profile, your sessions, your feedback and your copies of chapters are deleted at
            once. There is no way back.
          </Translate>
        </p>
        <Confirmation word={word} isWrong={isWrong} />
        <button type="submit" className="button button--danger">
          <Translate
            id="theme.chapterwise.erase.submit"
            description="The button that erases the account"
          >
            Erase my account
          </Translate>
        </button>
        <p role="status" className={styles.status}>
          {sending.failure && <FailureText failure={sending.failure} />}
        </p>
      </form>
    </details>
  );
}

interface ConfirmationProps {
  readonly word: string;
  readonly isWrong: boolean;
}

function Confirmation({word, isWrong}: ConfirmationProps): ReactNode {
  return (
    <Field
      name="confirmation"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      required
      label={translate(
        {
          id: 'theme.chapterwise.erase.confirm',
          message: 'Type “{word}” to confirm',
          description: '{word} is the e-mail address of the account, or a word for those without',
        },
        {word},
      )}
      problem={
        isWrong
          ? translate({
              id: 'theme.chapterwise.erase.wrong',
              message: 'That is not the same.',
              description: 'When the confirmation is not what was to be typed',
            })
          : null
      }
    />
  );
}

/** The e-mail address; who signs in elsewhere may have none here. */
function confirmationOf(state: AccountState): string {
  return (
    state.account?.email ??
    translate({
      id: 'theme.chapterwise.erase.word',
      message: 'erase',
      description: 'The word that is typed to confirm, where there is no e-mail address',
    })
  );
}
