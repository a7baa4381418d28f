/** What a reader may ask about one section: its original, what changed, and a word on it. */

import React, {type ReactNode} from 'react';
import Translate, {translate} from '@docusaurus/Translate';
import Comparison from '@theme/Chapterwise/Comparison';
import type {Props} from '@theme/Chapterwise/SectionPanel';
import Thumbs from '@theme/Chapterwise/Thumbs';

import {join, stable} from 'docusaurus-theme-chapterwise/client';
import type {ShownSection} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

export default function SectionPanel(props: Props): ReactNode {
  return (
    <div className={join('card', styles.panel, stable('panel'))}>
      {props.section.reason !== null && <p dir="auto">{props.section.reason}</p>}
      {props.isShaped ? <Shaped {...props} /> : <Kept />}
    </div>
  );
}

function Kept(): ReactNode {
  return (
    <p>
      <Translate
        id="theme.chapterwise.panel.kept"
        description="On a section that could not be rewritten"
      >
        This section is shown as its author wrote it.
      </Translate>
    </p>
  );
}

function ByModel(): ReactNode {
  return (
    <Translate
      id="theme.chapterwise.panel.label"
      description="The label of every section that a model has rewritten"
    >
      Written with AI, from the author’s text.
    </Translate>
  );
}

function ByInstructor(): ReactNode {
  return (
    <Translate
      id="theme.chapterwise.panel.instructor"
      description="The label of a section that an instructor has written or pinned"
    >
      Written or chosen by an instructor, from the author’s text.
    </Translate>
  );
}

function Label({section, writer}: Pick<Props, 'section' | 'writer'>): ReactNode {
  if (writer === 'instructor') return <ByInstructor />;
  if (writer !== 'model') return <FromFacts />;
  return (
    <>
      <ByModel /> {describeReview(section)}
    </>
  );
}

function describeReview({review}: ShownSection): string {
  switch (review) {
    case 'passed':
      return translate({
        id: 'theme.chapterwise.panel.passed',
        message: 'A second model has read it over.',
        description: 'On a section that a second reader found fine',
      });
    case 'repaired':
      return translate({
        id: 'theme.chapterwise.panel.repaired',
        message: 'A second model objected to a part of it, which was mended.',
        description: 'On a section that was repaired after the second reader had objected',
      });
    case 'partly_original':
      return translate({
        id: 'theme.chapterwise.panel.partlyOriginal',
        message: 'A second model objected to a part of it, which is the author’s again.',
        description: 'On a section of which a part was put back',
      });
    default:
      return '';
  }
}

function FromFacts(): ReactNode {
  return (
    <Translate
      id="theme.chapterwise.panel.facts"
      description="On a section with a note that no model has written"
    >
      The words are the author’s own. The note comes from the fact sheets of this site.
    </Translate>
  );
}

function Shaped({section, writer, isOriginalShown, onShowOriginal, sides}: Props): ReactNode {
  return (
    <>
      <p className={styles.label}>
        <Label section={section} writer={writer} />
      </p>
      <div className={styles.actions}>
        <button
          type="button"
          className="button button--secondary button--sm"
          onClick={() => onShowOriginal(!isOriginalShown)}
        >
          {isOriginalShown ? (
            <Translate
              id="theme.chapterwise.panel.personalized"
              description="The button that shows the reader's version of one section"
            >
              Show the version for you
            </Translate>
          ) : (
            <Translate
              id="theme.chapterwise.panel.original"
              description="The button that shows the author's text of one section"
            >
              Show the original
            </Translate>
          )}
        </button>
        {sides && <Comparison {...sides} />}
      </div>
      <Thumbs
        section={section.id}
        question={translate({
          id: 'theme.chapterwise.panel.question',
          message: 'Does this section help you?',
          description: 'Before the thumbs of one section',
        })}
      />
    </>
  );
}
