/** What the API sends, made short for the tests. */

import type {WireEvent} from './server';

export const HASH = 'a'.repeat(64);

export function wireAccount(id = 1) {
  return {
    id,
    email: `learner${id}@example.com`,
    role: 'learner',
    onboarding: {
      role: 'Student',
      programming_experience: 'Beginner',
      robotics_experience: 'None',
      preferred_language: 'Urdu',
      hardware_availability: 'Jetson Kit',
      language_tag: 'ur',
    },
    profile_hash: HASH,
    created_at: '2026-01-31T09:30:00Z',
  };
}

export function wireTokens(name: string, {id = 1, expiresIn = 900} = {}) {
  return {
    access_token: `access-${name}`,
    refresh_token: `refresh-${name}`,
    token_type: 'bearer',
    expires_in: expiresIn,
    user: wireAccount(id),
  };
}

export function wireSection(id: string, changes: object = {}) {
  return {
    id,
    title: `Title of ${id}`,
    status: 'rewritten',
    reason: null,
    markdown: `## ${id}\n\nنوڈ ایک چھوٹا پروگرام ہے۔\n`,
    headings: [{level: 2, id, text: id}],
    notes: [],
    ...changes,
  };
}

const NAMES = {
  chapter_id: 'chapter-02',
  title: 'ROS 2',
  language: 'ur',
  direction: 'rtl',
  profile_hash: HASH,
  source_hash: HASH,
  plan_hash: 'p1',
  applied_transformations: ['urdu-translation'],
  personalization_factors: ['You read Urdu.'],
};

const SECTIONS = ['one', 'two', 'three'];

export function wirePlan(changes: object = {}): WireEvent {
  const data = {
    ...NAMES,
    transformations: [{id: 'urdu-translation', title: 'Urdu', reason: 'You read Urdu.'}],
    sections: SECTIONS.map((id) => ({id, title: id})),
    ...changes,
  };
  return {event: 'plan', data, id: 'r-0'};
}

export function wireSectionEvent(index: number, changes: object = {}): WireEvent {
  const section = wireSection(SECTIONS[index] ?? 'none', changes);
  return {event: 'section', data: {index, section}, id: `r-${2 ** (index + 1) - 1}`};
}

export function wireDone(changes: object = {}): WireEvent {
  const data = {
    ...NAMES,
    cached: false,
    source: 'llm',
    sections: SECTIONS.map((id) => wireSection(id)),
    notice: null,
    llm_provider: 'claude',
    tokens_used: 5,
    response_time_ms: 7,
    ...changes,
  };
  return {event: 'done', data, id: 'r-7'};
}

export function wireStream(): readonly WireEvent[] {
  return [wirePlan(), ...[0, 1, 2].map((index) => wireSectionEvent(index)), wireDone()];
}
