/** One question with its answers, to be chosen from. */

import React, {useId, type ReactNode} from 'react';
import {translate} from '@docusaurus/Translate';
import type {Props} from '@theme/Chapterwise/Question';

import {nameLanguage} from 'docusaurus-theme-chapterwise/client';
import {ONBOARDING_VALUES, type OnboardingField} from 'docusaurus-theme-chapterwise/core';
import styles from './styles.module.css';

export default function Question({field, value, onChoose}: Props): ReactNode {
  const name = useId();
  const words = nameAnswers(field);
  return (
    <fieldset className={styles.question}>
      <legend>{nameQuestion(field)}</legend>
      <div className={styles.answers}>
        {ONBOARDING_VALUES[field].map((each) => (
          <label key={each} className={styles.answer}>
            <input
              type="radio"
              name={name}
              value={each}
              checked={value === each}
              onChange={() => onChoose(each)}
            />
            {words[each] ?? each}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function nameQuestion(field: OnboardingField): string {
  switch (field) {
    case 'role':
      return translate({
        id: 'theme.chapterwise.question.role',
        message: 'What brings you here?',
      });
    case 'programming_experience':
      return translate({
        id: 'theme.chapterwise.question.programming',
        message: 'How much have you programmed?',
      });
    case 'robotics_experience':
      return translate({
        id: 'theme.chapterwise.question.robotics',
        message: 'And robots?',
        description: 'Follows the question how much the reader has programmed',
      });
    case 'preferred_language':
      return translate({
        id: 'theme.chapterwise.question.language',
        message: 'In which language do you like to read?',
      });
    case 'hardware_availability':
      return translate({
        id: 'theme.chapterwise.question.hardware',
        message: 'What is on your desk?',
        description: 'Asks for the hardware that the reader has',
      });
  }
}

function nameAnswers(field: OnboardingField): Readonly<Record<string, string>> {
  switch (field) {
    case 'role':
      return nameRoles();
    case 'programming_experience':
      return nameProgramming();
    case 'robotics_experience':
      return nameRobotics();
    case 'preferred_language':
      return nameLanguages();
    case 'hardware_availability':
      return nameHardware();
  }
}

function nameRoles(): Readonly<Record<string, string>> {
  return {
    Student: translate({id: 'theme.chapterwise.role.student', message: 'I am a student'}),
    Professional: translate({
      id: 'theme.chapterwise.role.professional',
      message: 'I work in the field',
    }),
    Researcher: translate({id: 'theme.chapterwise.role.researcher', message: 'I do research'}),
    Instructor: translate({id: 'theme.chapterwise.role.instructor', message: 'I teach'}),
  };
}

function nameProgramming(): Readonly<Record<string, string>> {
  return {
    Beginner: translate({
      id: 'theme.chapterwise.programming.beginner',
      message: 'I have just begun',
    }),
    Intermediate: translate({
      id: 'theme.chapterwise.programming.intermediate',
      message: 'I write programs',
    }),
    Advanced: translate({id: 'theme.chapterwise.programming.advanced', message: 'It is my craft'}),
  };
}

function nameRobotics(): Readonly<Record<string, string>> {
  return {
    None: translate({id: 'theme.chapterwise.robotics.none', message: 'None yet'}),
    'Simulation-only': translate({
      id: 'theme.chapterwise.robotics.simulation',
      message: 'In simulation',
    }),
    Hardware: translate({id: 'theme.chapterwise.robotics.hardware', message: 'Real ones'}),
  };
}

/** The two that have a name of their own are named in themselves. */
function nameLanguages(): Readonly<Record<string, string>> {
  return {
    English: nameLanguage('en'),
    Urdu: nameLanguage('ur'),
    Other: translate({
      id: 'theme.chapterwise.language.other',
      message: 'Another',
      description: 'Another language than those before it',
    }),
  };
}

function nameHardware(): Readonly<Record<string, string>> {
  return {
    'RTX Workstation': translate({
      id: 'theme.chapterwise.hardware.rtx',
      message: 'A workstation with an RTX card',
    }),
    Cloud: translate({id: 'theme.chapterwise.hardware.cloud', message: 'A GPU in the cloud'}),
    'Jetson Kit': translate({id: 'theme.chapterwise.hardware.jetson', message: 'A Jetson kit'}),
    None: translate({
      id: 'theme.chapterwise.hardware.none',
      message: 'A laptop, no GPU of its own',
    }),
  };
}
