/** Why the chapter reads as it does: what was changed for whom, and by whom. */

import React, {type ReactNode} from 'react';
import Translate, {translate} from '@docusaurus/Translate';
import {useDoc} from '@docusaurus/plugin-content-docs/client';
import type {Props} from '@theme/Chapterwise/Reasons';

import {isShaped, join, someSection, stable} from 'docusaurus-theme-chapterwise/client';
import {
  type ChapterState,
  type Effect,
  type Explanation,
  isSafeUrl,
  type PlanEvent,
} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

export default function Reasons({state, onShowOriginal}: Props): ReactNode {
  if (!state.plan || state.stale) return null;
  return (
    <div className={join(styles.reasons, stable('reasons'))}>
      {state.view === 'personalized' && hasOwnText(state) && (
        <Source onShowOriginal={onShowOriginal} />
      )}
      <details>
        <summary>
          <Translate
            id="theme.chapterwise.reasons.summary"
            description="Opens the reasons for what was changed in the chapter"
          >
            Why this version?
          </Translate>
        </summary>
        <Transformations plan={state.plan} explanation={state.done?.explanation} />
        {state.done && <p>{describeProvider(state)}</p>}
        {state.done?.explanation && <Account {...state.done.explanation} />}
      </details>
    </div>
  );
}

interface TransformationsProps {
  readonly plan: PlanEvent;
  /** Once it is known: what came of them. */
  readonly explanation: Explanation | undefined;
}

function Transformations({plan, explanation}: TransformationsProps): ReactNode {
  if (plan.transformations.length === 0) {
    return (
      <p>
        <Translate
          id="theme.chapterwise.reasons.none"
          description="When nothing in the chapter had to be changed for this reader"
        >
          Your profile asks for no change: the chapter fits you as it is.
        </Translate>
      </p>
    );
  }
  return (
    <ul className={styles.list}>
      {plan.transformations.map(({id, title, reason}) => (
        <li key={id}>
          <strong>
            <bdi>{title}</bdi>
          </strong>
          <br />
          <bdi>{reason}</bdi>
          {explanation && <Came {...findEffect(explanation, id)} />}
        </li>
      ))}
    </ul>
  );
}

type Counts = Pick<Effect, 'sections' | 'notes'>;

function findEffect({transformations}: Explanation, id: string): Counts {
  return transformations.find((each) => each.id === id) ?? {sections: 0, notes: 0};
}

/** What came of one transformation. */
function Came({sections, notes}: Counts): ReactNode {
  const said = [];
  if (sections > 0) {
    const message = {
      id: 'theme.chapterwise.reasons.sections',
      message: 'Sections rewritten: {sections}.',
      description: 'After the reason for a change, with the number of sections it came to',
    };
    said.push(translate(message, {sections}));
  }
  if (notes > 0) {
    const message = {
      id: 'theme.chapterwise.reasons.notes',
      message: 'Notes added: {notes}.',
      description: 'After the reason for a change, with the number of notes it came to',
    };
    said.push(translate(message, {notes}));
  }
  const nothing = {
    id: 'theme.chapterwise.reasons.needless',
    message: 'Nothing in this chapter called for it.',
    description: 'After the reason for a change that came to nothing',
  };
  return (
    <>
      <br />
      {said.join(' ') || translate(nothing)}
    </>
  );
}

/** Who wrote it, who read it over, and what is the author’s. */
function Account({writers, reviews, originals}: Explanation): ReactNode {
  const chosen = writers.get('instructor') ?? 0;
  const repaired = reviews.get('repaired') ?? 0;
  const partly = reviews.get('partly_original') ?? 0;
  const read = (reviews.get('passed') ?? 0) + repaired + partly;
  const said = Array.from(originals, ([reason, count]) => `${nameOriginal(reason)}: ${count}`);
  return (
    <ul className={styles.list}>
      {chosen > 0 && (
        <li>
          <Translate
            id="theme.chapterwise.reasons.instructor"
            description="How many sections an instructor has written or pinned"
            values={{chosen}}
          >
            {'Sections written or chosen by an instructor: {chosen}.'}
          </Translate>
        </li>
      )}
      {read > 0 && (
        <li>
          <Translate
            id="theme.chapterwise.reasons.review"
            description="How many sections a second reader has read, and what came of it"
            values={{read, repaired, partly}}
          >
            {
              'Sections read over by a second model: {read}; mended after that: {repaired}; in part put back to the author’s words: {partly}.'
            }
          </Translate>
        </li>
      )}
      {said.length > 0 && (
        <li>
          <Translate
            id="theme.chapterwise.reasons.originals"
            description="{reasons} is a list of reasons, each with a number of sections"
            values={{reasons: said.join('; ')}}
          >
            {'Sections as the author wrote them: {reasons}.'}
          </Translate>
        </li>
      )}
    </ul>
  );
}

function nameOriginal(reason: string): string {
  switch (reason) {
    case 'locked':
      return translate({
        id: 'theme.chapterwise.reasons.locked',
        message: 'locked by the author or an instructor',
        description: 'Why a section is the author’s: part of a list',
      });
    case 'no_prose':
      return translate({
        id: 'theme.chapterwise.reasons.noProse',
        message: 'nothing to rewrite',
        description: 'Why a section is the author’s: it has no prose; part of a list',
      });
    case 'reserved':
      return translate({
        id: 'theme.chapterwise.reasons.reserved',
        message: 'warnings and exercises stay as they are',
        description: 'Why a section is the author’s: part of a list',
      });
    case 'rejected':
      return translate({
        id: 'theme.chapterwise.reasons.rejected',
        message: 'what was written did not pass the checks',
        description: 'Why a section is the author’s: part of a list',
      });
    case 'outage':
    case 'budget':
    case 'stopped':
      return translate({
        id: 'theme.chapterwise.reasons.outage',
        message: 'no model could be asked just now',
        description: 'Why a section is the author’s: part of a list',
      });
    case 'unaccepted':
      return translate({
        id: 'theme.chapterwise.reasons.unaccepted',
        message: 'an instructor has yet to accept what was written',
        description: 'Why a section is the author’s: part of a list',
      });
    default:
      return translate({
        id: 'theme.chapterwise.reasons.nothing',
        message: 'nothing had to be changed',
        description: 'Why a section is the author’s: part of a list',
      });
  }
}

/** The label every rewritten chapter carries, with the ways back to its source. */
function Source({onShowOriginal}: Pick<Props, 'onShowOriginal'>): ReactNode {
  const {editUrl} = useDoc().metadata;
  return (
    <p className={styles.source}>
      <Translate
        id="theme.chapterwise.reasons.label"
        description="{source} is a button with the words of theme.chapterwise.reasons.source"
        values={{
          source: (
            <button type="button" className={styles.link} onClick={() => onShowOriginal()}>
              <Translate
                id="theme.chapterwise.reasons.source"
                description="The button that shows the author's text; part of a sentence"
              >
                the author’s text
              </Translate>
            </button>
          ),
        }}
      >
        {'Written with AI, from {source}.'}
      </Translate>
      {typeof editUrl === 'string' && isSafeUrl(editUrl) && (
        <>
          {' '}
          <a href={editUrl} target="_blank" rel="noopener noreferrer">
            <Translate
              id="theme.chapterwise.reasons.file"
              description="The link to the file that the chapter was written in"
            >
              Its source file
            </Translate>
          </a>
        </>
      )}
    </p>
  );
}

/** Whether a model's words are on the page. */
function hasOwnText(state: ChapterState): boolean {
  if (state.done?.explanation) return state.done.explanation.writers.has('model');
  return state.done?.llm_provider !== 'offline' && someSection(state, isShaped);
}

function describeProvider(state: ChapterState): string {
  const provider = state.done?.llm_provider;
  const writers = state.done?.explanation?.writers;
  const hasWritten = !writers || writers.has(provider === 'offline' ? 'fact_sheet' : 'model');
  switch (hasWritten ? provider : null) {
    case 'claude':
      return describeModel('Claude (Anthropic)');
    case 'openai':
      return describeModel('OpenAI');
    case 'offline':
      return translate({
        id: 'theme.chapterwise.reasons.offline',
        message: 'The words are the author’s own. Notes come from the fact sheets of this site.',
        description: 'When no language model is set up',
      });
    default:
      return translate({
        id: 'theme.chapterwise.reasons.unchanged',
        message: 'All of the text is the author’s own.',
        description: 'When nothing of a model is shown',
      });
  }
}

function describeModel(name: string): string {
  return translate(
    {
      id: 'theme.chapterwise.reasons.model',
      message: 'The prose was rewritten by {model}. Code, formulas and figures are the author’s.',
      description: '{model} names whose model has written',
    },
    {model: name},
  );
}
