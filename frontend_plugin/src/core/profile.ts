/** The onboarding questions: their fields, values and defaults. The words are the theme's. */

import type {Onboarding} from './types';

export const ONBOARDING_VALUES = {
  role: ['Student', 'Professional', 'Researcher', 'Instructor'],
  programming_experience: ['Beginner', 'Intermediate', 'Advanced'],
  robotics_experience: ['None', 'Simulation-only', 'Hardware'],
  preferred_language: ['English', 'Urdu', 'Other'],
  hardware_availability: ['RTX Workstation', 'Cloud', 'Jetson Kit', 'None'],
} as const satisfies Record<Exclude<keyof Onboarding, 'language_tag'>, readonly string[]>;

export type OnboardingField = keyof typeof ONBOARDING_VALUES;

/** In the order in which they are asked. */
export const ONBOARDING_FIELDS: readonly OnboardingField[] = [
  'role',
  'programming_experience',
  'robotics_experience',
  'preferred_language',
  'hardware_availability',
];

export const DEFAULT_ONBOARDING: Onboarding = {
  role: 'Student',
  programming_experience: 'Intermediate',
  robotics_experience: 'None',
  preferred_language: 'English',
  hardware_availability: 'None',
};

/** The choice of language for which a tag has to be given. */
export const OTHER_LANGUAGE = 'Other';

/** Some of the answers, with the defaults for the others. */
export function completeOnboarding(answers: Readonly<Record<string, unknown>>): Onboarding {
  const tag = answers.language_tag;
  return {
    role: pick(answers, 'role'),
    programming_experience: pick(answers, 'programming_experience'),
    robotics_experience: pick(answers, 'robotics_experience'),
    preferred_language: pick(answers, 'preferred_language'),
    hardware_availability: pick(answers, 'hardware_availability'),
    ...(typeof tag === 'string' && tag !== '' ? {language_tag: tag} : {}),
  };
}

/** As the API takes them: the tag belongs to `Other` only, the other choices mean one each. */
export function writeOnboarding(answers: Partial<Onboarding>): Partial<Onboarding> {
  const {language_tag: tag, ...rest} = answers;
  const isOther = answers.preferred_language === OTHER_LANGUAGE;
  return isOther && tag !== undefined && tag.trim() !== ''
    ? {...rest, language_tag: tag.trim()}
    : rest;
}

/** A value that this version does not know is kept: a newer API may have more of them. */
function pick(answers: Readonly<Record<string, unknown>>, field: OnboardingField): string {
  const answer = answers[field];
  return typeof answer === 'string' ? answer : DEFAULT_ONBOARDING[field];
}
