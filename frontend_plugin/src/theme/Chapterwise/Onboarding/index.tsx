/** Five questions, from which the API knows how to write for this reader. */

import React, {useRef, useState, type FormEvent, type ReactNode} from 'react';
import Translate, {translate} from '@docusaurus/Translate';
import Field from '@theme/Chapterwise/Field';
import FormProblem from '@theme/Chapterwise/FormProblem';
import Question from '@theme/Chapterwise/Question';
import type {Props} from '@theme/Chapterwise/Onboarding';

import {
  focusFirstProblem,
  isLanguageTag,
  join,
  nameLanguage,
  stable,
  useAccount,
  useSubmission,
} from 'docusaurus-theme-chapterwise/client';
import {
  DEFAULT_ONBOARDING,
  type Onboarding as Answers,
  ONBOARDING_FIELDS,
  OTHER_LANGUAGE,
} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

/** Languages that are offered to those who look for another one; any tag can be typed. */
const PROPOSED = 'ar bn de es fa fr hi id it ja ko pa ps pt-BR ru tr zh'.split(' ');

export default function Onboarding({answers, onSaved, onSkip}: Props): ReactNode {
  const {store} = useAccount();
  const form = useRef<HTMLFormElement>(null);
  const [chosen, setChosen] = useState<Answers>(answers ?? DEFAULT_ONBOARDING);
  const [problem, setProblem] = useState<string | null>(null);
  const sending = useSubmission();
  const isOther = chosen.preferred_language === OTHER_LANGUAGE;

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const {language_tag: tag = '', ...others} = chosen;
    const isWrong = isOther && !isLanguageTag(tag.trim());
    setProblem(isWrong ? sayTagRule() : null);
    if (isWrong) return focusFirstProblem(form);
    const saved = isOther ? {...others, language_tag: tag.trim()} : others;
    if (await sending.run(() => store.saveOnboarding(saved))) onSaved();
    else focusFirstProblem(form);
  }

  const tagProblem = sending.failure?.fields.language_tag === undefined ? null : sayTagRule();
  return (
    <form
      ref={form}
      noValidate
      className={stable('onboarding')}
      onSubmit={(event) => void submit(event)}
    >
      {ONBOARDING_FIELDS.map((field) => (
        <Question
          key={field}
          field={field}
          value={chosen[field]}
          onChoose={(value) => setChosen({...chosen, [field]: value})}
        />
      ))}
      {isOther && (
        <TagField
          value={chosen.language_tag ?? ''}
          problem={problem ?? tagProblem}
          onType={(language_tag) => setChosen({...chosen, language_tag})}
        />
      )}
      <FormProblem failure={tagProblem === null ? sending.failure : null} />
      <Actions isPending={sending.isPending} {...(onSkip ? {onSkip} : {})} />
    </form>
  );
}

interface TagFieldProps {
  readonly value: string;
  readonly problem: string | null;
  readonly onType: (tag: string) => void;
}

function TagField({value, problem, onType}: TagFieldProps): ReactNode {
  return (
    <Field
      name="language_tag"
      list="theme-chapterwise-languages"
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={35}
      dir="ltr"
      value={value}
      onChange={(event) => onType(event.target.value)}
      problem={problem}
      label={translate({
        id: 'theme.chapterwise.onboarding.tag',
        message: 'Which one?',
        description: 'The name of the field for the tag of another language',
      })}
      hint={translate({
        id: 'theme.chapterwise.onboarding.tagHint',
        message: 'Choose from the list, or type a language tag such as fr, de or pt-BR.',
        description: 'Below the name of the field for the tag of another language',
      })}
    >
      <datalist id="theme-chapterwise-languages">
        {PROPOSED.map((tag) => (
          <option key={tag} value={tag}>
            {nameLanguage(tag)}
          </option>
        ))}
      </datalist>
    </Field>
  );
}

interface ActionsProps {
  readonly isPending: boolean;
  readonly onSkip?: () => void;
}

function Actions({isPending, onSkip}: ActionsProps): ReactNode {
  return (
    <div className={styles.actions}>
      <button
        type="submit"
        className={join('button button--primary', isPending && 'disabled')}
        aria-disabled={isPending || undefined}
      >
        <Translate
          id="theme.chapterwise.onboarding.save"
          description="The button that saves the answers"
        >
          Save
        </Translate>
      </button>
      {onSkip && (
        <button type="button" className="button button--secondary" onClick={() => onSkip()}>
          <Translate
            id="theme.chapterwise.onboarding.skip"
            description="The button that leaves the questions for later"
          >
            Skip for now
          </Translate>
        </button>
      )}
    </div>
  );
}

function sayTagRule(): string {
  return translate({
    id: 'theme.chapterwise.onboarding.tagRule',
    message: 'Name the language by its tag, for example fr, de or pt-BR.',
    description: 'When the tag of the other language was left empty or is not one',
  });
}
