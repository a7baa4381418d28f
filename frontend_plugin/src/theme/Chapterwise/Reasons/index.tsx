/** Why the chapter reads as it does: what was changed for whom, and by whom. */

import React, {type ReactNode} from 'react';
import Translate, {translate} from '@docusaurus/Translate';
import {useDoc} from '@docusaurus/plugin-content-docs/client';
import type {Props} from '@theme/Chapterwise/Reasons';

import {isShaped, join, someSection, stable} from 'docusaurus-theme-chapterwise/client';
import {type ChapterState, isSafeUrl, type PlanEvent} from 'docusaurus-theme-chapterwise/core';
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
        <Transformations plan={state.plan} />
        {state.done && <p>{describeProvider(state)}</p>}
      </details>
    </div>
  );
}

function Transformations({plan}: {readonly plan: PlanEvent}): ReactNode {
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
        </li>
      ))}
    </ul>
  );
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
  return state.done?.llm_provider !== 'offline' && someSection(state, isShaped);
}

function describeProvider(state: ChapterState): string {
  switch (state.done?.llm_provider) {
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
