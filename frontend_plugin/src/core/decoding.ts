/** What the API sends, checked once where it comes in, so that nothing after it has to doubt. */

import {ApiError, describeFailure, failureOfProblem} from './failures';
import {completeOnboarding} from './profile';
import type {
  Account,
  Block,
  Direction,
  DoneEvent,
  Explanation,
  Fault,
  Heading,
  Judgement,
  Note,
  PlanEvent,
  PlannedTransformation,
  Reference,
  SectionEvent,
  SectionStatus,
  ShownSection,
  Verdict,
  Writer,
} from './types';
import type {SseEvent} from './sse';

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInS: number;
  /** Whose it is; only ever compared. */
  readonly user: string;
  readonly account: Account;
}

/** An event of the stream; one of another kind, of a later API perhaps, is passed over. */
export type Decoded =
  | {readonly kind: 'plan'; readonly data: PlanEvent}
  | {readonly kind: 'section'; readonly data: SectionEvent}
  | {readonly kind: 'done'; readonly data: DoneEvent};

/** Raises the failure that an `error` event tells of. */
export function readStreamEvent(event: SseEvent): Decoded | null {
  const {event: kind, data} = event;
  if (kind === 'plan') return {kind, data: readPlan(parse(data))};
  if (kind === 'section') return readSectionEvent(parse(data));
  if (kind === 'done') return {kind, data: readDone(parse(data))};
  if (kind !== 'error') return null;
  const problem = toObject(parse(data));
  throw new ApiError(failureOfProblem(problem, toNumber(problem.status)));
}

export function readTokenPair(value: unknown): TokenPair {
  const {access_token, refresh_token, expires_in, user} = toObject(value);
  return {
    accessToken: toText(access_token),
    refreshToken: toText(refresh_token),
    expiresInS: toNumber(expires_in),
    user: String(toObject(user).id),
    account: readAccount(user),
  };
}

export function readAccount(value: unknown): Account {
  const {email, role, onboarding} = toObject(value);
  return {
    // An account of another identity provider may have none.
    email: typeof email === 'string' && email !== '' ? email : null,
    role: role === 'instructor' || role === 'admin' ? role : 'learner',
    onboarding: completeOnboarding(toObject(onboarding)),
  };
}

export function readJudgements(value: unknown): readonly Judgement[] {
  return toList(toObject(value).feedback, (each) => {
    const {section, helpful, comment, fault} = toObject(each);
    return {
      section: toTextOrNull(section),
      helpful: helpful === true,
      comment: toTextOrNull(comment),
      fault: FAULTS.find((known) => known === fault) ?? null,
    };
  });
}

const FAULTS: readonly Fault[] = ['too_hard', 'too_easy', 'wrong', 'bad_translation'];

function readPlan(value: unknown): PlanEvent {
  const plan = toObject(value);
  return {
    ...readNames(plan),
    transformations: toList(plan.transformations, readTransformation),
    sections: toList(plan.sections, (each) => {
      const {id, title} = toObject(each);
      return {id: toText(id), title: toText(title)};
    }),
  };
}

/** One whose text is to be fetched says nothing that the last event does not say. */
function readSectionEvent(value: unknown): Decoded | null {
  const {index, section} = toObject(value);
  const data: SectionEvent = {index: toNumber(index), section: readSection(section)};
  return hasText(section) ? {kind: 'section', data} : null;
}

function readDone(value: unknown): DoneEvent {
  const done = toObject(value);
  return {
    ...readNames(done),
    cached: done.cached === true,
    source: toText(done.source),
    ...(done.explanation == null ? {} : {explanation: readExplanation(done.explanation)}),
    sections: toList(done.sections, readSection),
    rendition: readReference(done.rendition),
    isWhole: toList(done.sections, hasText).every(Boolean),
    notice: toTextOrNull(done.notice),
    llm_provider: toTextOrNull(done.llm_provider),
    tokens_used: toNumber(done.tokens_used),
    response_time_ms: toNumber(done.response_time_ms),
  };
}

function readReference(value: unknown): Reference | null {
  if (value == null) return null;
  const {hash, bytes} = toObject(value);
  return {hash: /^[0-9a-f]{64}$/.test(toText(hash)) ? toText(hash) : refuse(), bytes: toNumber(bytes)};
}

type Texts = Pick<ShownSection, 'id' | 'markdown' | 'notes' | 'blocks'>;

/** The texts of a rendition, in the order of its sections. */
export function readRendition(value: unknown): readonly Texts[] {
  return toList(toObject(value).sections, (each) => {
    const section = toObject(each);
    return {id: toText(section.id), ...readTexts(section)};
  });
}

function readExplanation(value: unknown): Explanation {
  const {transformations, writers, reviews, originals} = toObject(value);
  return {
    transformations: toList(transformations, (each) => {
      const {id, title, sections, notes} = toObject(each);
      const counted = {sections: toNumber(sections), notes: toNumber(notes)};
      return {id: toText(id), title: toText(title), ...counted};
    }),
    writers: new Map(
      toList(writers, (each) => {
        const {writer, sections} = toObject(each);
        return [toText(writer), toNumber(sections)];
      }),
    ),
    reviews: readCounts(reviews),
    originals: readCounts(originals),
  };
}

function readCounts(value: unknown): ReadonlyMap<string, number> {
  return new Map(Object.entries(toObject(value)).map(([name, count]) => [name, toNumber(count)]));
}

/** What a plan and the last event both begin with. */
function readNames(value: Fields) {
  return {
    chapter_id: toText(value.chapter_id),
    title: toText(value.title),
    language: toText(value.language),
    direction: readDirection(value.direction),
    profile_hash: toText(value.profile_hash),
    source_hash: toText(value.source_hash),
    plan_hash: toText(value.plan_hash),
    applied_transformations: toList(value.applied_transformations, toText),
    personalization_factors: toList(value.personalization_factors, toText),
  };
}

function readSection(value: unknown): ShownSection {
  const section = toObject(value);
  return {
    id: toText(section.id),
    title: toText(section.title),
    status: readStatus(section.status),
    reason: toTextOrNull(section.reason),
    ...(hasText(section) ? readTexts(section) : NO_TEXTS),
    headings: toList(section.headings, readHeading),
    ...readWriter(section),
    elements: section.elements == null ? null : toNumber(section.elements),
    images: section.images == null ? null : toList(section.images, toText),
  };
}

const NO_TEXTS = {markdown: '', notes: [], blocks: null};

function hasText(section: unknown): boolean {
  return toObject(section).markdown !== undefined;
}

function readTexts(section: Fields) {
  return {
    markdown: toText(section.markdown),
    notes: toList(section.notes, readNote),
    blocks: section.blocks == null ? null : toList(section.blocks, readBlock),
  };
}

const WRITERS: readonly Writer[] = ['author', 'model', 'instructor', 'fact_sheet'];
const VERDICTS: readonly Verdict[] = ['passed', 'repaired', 'partly_original', 'none'];

function readWriter(section: Fields): {readonly writer?: Writer; readonly review?: Verdict} {
  const writer = WRITERS.find((each) => each === section.writer);
  const review = VERDICTS.find((each) => each === section.review);
  return {...(writer && {writer}), ...(review && {review})};
}

function readHeading(value: unknown): Heading {
  const {level, id, text} = toObject(value);
  return {level: toNumber(level), id: toText(id), text: toText(text)};
}

function readNote(value: unknown): Note {
  const {kind, markdown} = toObject(value);
  return {kind: toText(kind), markdown: toText(markdown)};
}

function readBlock(value: unknown): Block {
  // Whoever builds from a tree believes nothing of it.
  if (typeof value !== 'object' || value === null) return {tree: value};
  const {markdown, native, kind, text_hash, element} = toObject(value);
  if (typeof markdown === 'string') return {markdown};
  if (native === undefined) return {tree: value};
  return {
    native: toNumber(native),
    kind: toText(kind),
    text_hash: toText(text_hash),
    element: toNumber(element),
  };
}

function readTransformation(value: unknown): PlannedTransformation {
  const {id, title, reason} = toObject(value);
  return {id: toText(id), title: toText(title), reason: toText(reason)};
}

const STATUSES: readonly SectionStatus[] = ['rewritten', 'cached', 'original', 'fallback'];

function readStatus(value: unknown): SectionStatus {
  return STATUSES.find((status) => status === value) ?? refuse();
}

function readDirection(value: unknown): Direction {
  return value === 'rtl' ? 'rtl' : 'ltr';
}

type Fields = Readonly<Record<string, unknown>>;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse();
  }
}

function toObject(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? {...value}
    : refuse();
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : refuse();
}

function toTextOrNull(value: unknown): string | null {
  return value == null ? null : toText(value);
}

function toNumber(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : refuse();
}

function toList<T>(value: unknown, read: (each: unknown) => T): readonly T[] {
  return Array.isArray(value) ? value.map((each: unknown) => read(each)) : refuse();
}

/** Something answers, but it is not this API, or not a version of it that we can read. */
function refuse(): never {
  throw new ApiError(describeFailure('unavailable'));
}
