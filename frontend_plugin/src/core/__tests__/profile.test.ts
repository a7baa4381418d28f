/** The onboarding questions are the server's, value by value. */

import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {
  completeOnboarding,
  DEFAULT_ONBOARDING,
  ONBOARDING_FIELDS,
  ONBOARDING_VALUES,
  writeOnboarding,
} from '../profile';

const DOMAIN = new URL('../../../../server/learners/profiles/domain.py', import.meta.url);

function readEnums(source: string): Readonly<Record<string, readonly string[]>> {
  const classes = source.matchAll(/^class (\w+)\(StrEnum\):\n(?: {4}""".*"""\n\n)?((?: {4}.*\n)+)/gm);
  return Object.fromEntries(
    Array.from(classes, ([, name = '', body = '']) => [
      name.replaceAll(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase(),
      Array.from(body.matchAll(/= "(.*)"/g), ([, value = '']) => value),
    ]),
  );
}

test('fields and values are those of the server', () => {
  expect(readEnums(readFileSync(DOMAIN, 'utf8'))).toEqual(ONBOARDING_VALUES);
  expect([...ONBOARDING_FIELDS].sort()).toEqual(Object.keys(ONBOARDING_VALUES).sort());
});

test('defaults are values, and what was not answered has one', () => {
  expect(completeOnboarding({})).toEqual(DEFAULT_ONBOARDING);
  const answers = {role: 'Researcher', language_tag: 'ur', robotics_experience: 5};
  expect(completeOnboarding(answers)).toEqual({
    ...DEFAULT_ONBOARDING,
    role: 'Researcher',
    language_tag: 'ur',
  });
  for (const field of ONBOARDING_FIELDS) {
    expect(ONBOARDING_VALUES[field]).toContain(DEFAULT_ONBOARDING[field]);
  }
});

test('a tag is sent with Other only, where the API wants one', () => {
  const tagged = {...DEFAULT_ONBOARDING, language_tag: ' fr '};
  expect(writeOnboarding(tagged)).toEqual(DEFAULT_ONBOARDING);
  expect(writeOnboarding({...tagged, preferred_language: 'Other'}).language_tag).toBe('fr');
  expect(writeOnboarding({preferred_language: 'Other', language_tag: ' '})).toEqual({
    preferred_language: 'Other',
  });
});
