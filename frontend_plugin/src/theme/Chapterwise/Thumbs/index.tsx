/** Saying whether a text helped, with a word on why for those who like. */

import React, {useId, useState, type ReactNode} from 'react';
import Translate, {translate} from '@docusaurus/Translate';
import type {Props} from '@theme/Chapterwise/Thumbs';

import {
  join,
  stable,
  type Submission,
  useChapterStore,
  useChapterValue,
  useSubmission,
} from 'docusaurus-theme-chapterwise/client';
import type {Fault} from 'docusaurus-theme-chapterwise/core';
import FailureText from '@theme/Chapterwise/FailureText';
import styles from './styles.module.css';

const LONGEST_COMMENT = 2000;

interface Said {
  readonly helpful: boolean;
  readonly comment?: string;
  readonly fault?: Fault | null;
}

type Send = (said: Said) => Promise<boolean>;

export default function Thumbs({section, question}: Props): ReactNode {
  const store = useChapterStore();
  const sending = useSubmission();
  const judged = useChapterValue(store, (state) => state.judged.get(section ?? null) ?? null);
  const [isAsked, setAsked] = useState(false);
  const [isSent, setSent] = useState(false);

  const send: Send = async ({helpful, comment, fault = judged?.fault}) => {
    // What is sent replaces what was said, so that earlier words go along with another thumb.
    const said = comment?.trim() || judged?.comment;
    const words = said ? {comment: said} : {};
    const why = helpful || fault == null ? {} : {fault};
    const place = section === undefined ? {} : {section};
    setSent(false);
    const isGood = await sending.run(async () => {
      await store?.judge({...place, ...words, ...why, helpful});
    });
    setSent(isGood);
    return isGood;
  };
  return (
    <div className={join(styles.thumbs, stable('thumbs'))}>
      <Choice
        question={question}
        helpful={judged?.helpful ?? null}
        onChoose={async (value) => {
          if (await send({helpful: value})) setAsked(true);
        }}
        onReport={() => setAsked(true)}
        isSection={section !== undefined}
      />
      {judged?.helpful === false && (
        <Faults
          fault={judged.fault ?? null}
          onChoose={(fault) => void send({helpful: false, fault})}
        />
      )}
      {isAsked && (
        <Comment
          said={judged?.comment ?? ''}
          onSend={(comment) => send({helpful: judged?.helpful ?? false, comment})}
        />
      )}
      <Outcome isSent={isSent} sending={sending} />
    </div>
  );
}

interface ChoiceProps {
  readonly question: string;
  readonly helpful: boolean | null;
  readonly isSection: boolean;
  readonly onChoose: (helpful: boolean) => Promise<void>;
  readonly onReport: () => void;
}

function Choice({question, helpful, isSection, onChoose, onReport}: ChoiceProps): ReactNode {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id} className={styles.row}>
      <span id={id}>{question}</span>
      {listAnswers().map(([value, sign, words]) => (
        <button
          key={sign}
          type="button"
          className={styles.thumb}
          aria-pressed={helpful === value}
          onClick={() => void onChoose(value)}
        >
          <span aria-hidden="true">{sign}</span> {words}
        </button>
      ))}
      {isSection && (
        <button type="button" className={styles.report} onClick={() => onReport()}>
          <Translate
            id="theme.chapterwise.thumbs.report"
            description="The button that opens the field for what is wrong with a section"
          >
            Report a mistake
          </Translate>
        </button>
      )}
    </div>
  );
}

function listAnswers(): readonly (readonly [boolean, string, string])[] {
  return [
    [
      true,
      '👍',
      translate({
        id: 'theme.chapterwise.thumbs.yes',
        message: 'Yes',
        description: 'The button that says that a text helped',
      }),
    ],
    [
      false,
      '👎',
      translate({
        id: 'theme.chapterwise.thumbs.no',
        message: 'Not really',
        description: 'The button that says that a text did not help',
      }),
    ],
  ];
}

interface FaultsProps {
  readonly fault: Fault | null;
  /** Called with null by who presses the same once more. */
  readonly onChoose: (fault: Fault | null) => void;
}

function Faults({fault, onChoose}: FaultsProps): ReactNode {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id} className={styles.row}>
      <span id={id}>
        <Translate
          id="theme.chapterwise.thumbs.fault"
          description="The question why a text did not help, before four buttons"
        >
          What is wrong with it?
        </Translate>
      </span>
      {listFaults().map(([value, words]) => (
        <button
          key={value}
          type="button"
          className={styles.thumb}
          aria-pressed={fault === value}
          onClick={() => onChoose(fault === value ? null : value)}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

function listFaults(): readonly (readonly [Fault, string])[] {
  return [
    [
      'too_hard',
      translate({
        id: 'theme.chapterwise.thumbs.tooHard',
        message: 'Too hard',
        description: 'The button that says that a text is too hard to read',
      }),
    ],
    [
      'too_easy',
      translate({
        id: 'theme.chapterwise.thumbs.tooEasy',
        message: 'Too easy',
        description: 'The button that says that a text explains too much',
      }),
    ],
    [
      'wrong',
      translate({
        id: 'theme.chapterwise.thumbs.wrong',
        message: 'It is wrong',
        description: 'The button that says that a text says something wrong',
      }),
    ],
    [
      'bad_translation',
      translate({
        id: 'theme.chapterwise.thumbs.badTranslation',
        message: 'Badly translated',
        description: 'The button that says that a translation is not good',
      }),
    ],
  ];
}

interface CommentProps {
  readonly said: string;
  readonly onSend: (words: string) => Promise<boolean>;
}

function Comment({said, onSend}: CommentProps): ReactNode {
  const id = useId();
  const [words, setWords] = useState(said);
  return (
    <form
      className={styles.comment}
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim()) void onSend(words);
      }}
    >
      <label htmlFor={id}>
        <Translate
          id="theme.chapterwise.thumbs.comment"
          description="The name of the field for a comment on a text"
        >
          What should be better? Your instructor reads it, without your name.
        </Translate>
      </label>
      <textarea
        id={id}
        rows={3}
        maxLength={LONGEST_COMMENT}
        dir="auto"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <button type="submit" className="button button--secondary button--sm">
        <Translate id="theme.chapterwise.thumbs.send" description="The button that sends a comment">
          Send
        </Translate>
      </button>
    </form>
  );
}

interface OutcomeProps {
  readonly isSent: boolean;
  readonly sending: Submission;
}

function Outcome({isSent, sending}: OutcomeProps): ReactNode {
  return (
    <p role="status" className={styles.outcome}>
      {isSent && (
        <Translate id="theme.chapterwise.thumbs.thanks" description="After feedback was sent">
          Thank you.
        </Translate>
      )}
      {sending.failure && <FailureText failure={sending.failure} />}
    </p>
  );
}
