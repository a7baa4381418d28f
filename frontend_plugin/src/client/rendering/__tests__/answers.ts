/** What the API answers in the tests of rendering. */

import type {
  Block,
  Direction,
  DoneEvent,
  PlanEvent,
  ShownSection,
  StreamEvent,
} from '../../../core/types';

type Event<Kind extends StreamEvent['kind']> = Extract<StreamEvent, {readonly kind: Kind}>;

export function section(given: Partial<ShownSection> & {readonly id: string}): ShownSection {
  return {
    title: given.id,
    status: 'rewritten',
    reason: null,
    markdown: '',
    headings: [],
    notes: [],
    blocks: null,
    elements: null,
    images: [],
    ...given,
  };
}

export interface Answer {
  readonly sections: readonly ShownSection[];
  readonly language?: string;
  readonly direction?: Direction;
  readonly title?: string;
}

export function planOf({sections, language = 'en', direction = 'ltr'}: Answer): Event<'plan'> {
  const data: PlanEvent = {
    chapter_id: 'chapter',
    title: 'The author’s title',
    language,
    direction,
    profile_hash: 'p',
    source_hash: 'hash',
    plan_hash: 'plan',
    applied_transformations: [],
    personalization_factors: [],
    transformations: [],
    sections: sections.map(({id, title}) => ({id, title})),
  };
  return {kind: 'plan', data};
}

export function sectionOf(answer: Answer, index: number): Event<'section'> {
  const shown = answer.sections[index];
  if (shown === undefined) throw new Error(`The answer has no section ${index}.`);
  return {kind: 'section', data: {index, section: shown}};
}

export function doneOf(answer: Answer): Event<'done'> {
  const {data: plan} = planOf(answer);
  const {transformations: _, ...shared} = plan;
  const data: DoneEvent = {
    ...shared,
    title: answer.title ?? plan.title,
    cached: false,
    source: 'llm',
    sections: answer.sections,
    notice: null,
    llm_provider: 'claude',
    tokens_used: 0,
    response_time_ms: 0,
  };
  return {kind: 'done', data};
}

export function markdown(text: string): Block {
  return {markdown: text};
}
