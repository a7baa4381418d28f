/** An API that follows a script: the port's twin, for components over the real stores. */

import {ApiError, describeFailure} from '../../../core/failures';
import type {Api, NewAccount} from '../../../core/api';
import type {Tokens} from '../../../core/tokens';
import type {
  Account,
  DoneEvent,
  Failure,
  FailureKind,
  Feedback,
  Judgement,
  Onboarding,
  PersonalizeRequest,
  PlanEvent,
  SectionStatus,
  ShownSection,
  StreamEvent,
} from '../../../core/types';

export const ACCOUNT: Account = {
  email: 'ada@example.com',
  role: 'learner',
  onboarding: {
    role: 'Student',
    programming_experience: 'Beginner',
    robotics_experience: 'None',
    preferred_language: 'English',
    hardware_availability: 'None',
  },
};

export function makeSection(id: string, change: Partial<ShownSection> = {}): ShownSection {
  return {
    id,
    title: id,
    status: 'rewritten' satisfies SectionStatus,
    reason: null,
    markdown: `## ${id}\n\nSimple words.\n`,
    headings: [{level: 2, id, text: id}],
    notes: [],
    blocks: null,
    elements: null,
    images: null,
    ...change,
  };
}

export function makePlan(ids: readonly string[], change: Partial<PlanEvent> = {}): PlanEvent {
  return {
    chapter_id: 'chapter-01',
    title: 'Robots',
    language: 'en',
    direction: 'ltr',
    profile_hash: 'p',
    source_hash: 's',
    plan_hash: 'h',
    applied_transformations: ['beginner-simplify'],
    personalization_factors: ['You are new to programming.'],
    transformations: [
      {id: 'beginner-simplify', title: 'Simpler words', reason: 'You are new to programming.'},
    ],
    sections: ids.map((id) => ({id, title: id})),
    ...change,
  };
}

export function makeDone(
  sections: readonly ShownSection[],
  change: Partial<DoneEvent> = {},
): DoneEvent {
  const {transformations: _, ...plan} = makePlan([]);
  return {
    ...plan,
    cached: false,
    source: 'llm',
    sections,
    notice: null,
    llm_provider: 'claude',
    tokens_used: 1,
    response_time_ms: 1,
    ...change,
  };
}

export function makeFailure(kind: FailureKind, details: Partial<Failure> = {}): ApiError {
  return new ApiError(describeFailure(kind, details));
}

/** Both ends of the scripted API: what the page calls, and what a test says and sees. */
export class ScriptedApi implements Api {
  readonly asked: PersonalizeRequest[] = [];
  readonly judged: Feedback[] = [];
  recalled: readonly Judgement[] = [];
  readonly registered: NewAccount[] = [];
  readonly saved: Onboarding[] = [];
  readonly calls: string[] = [];
  account: Account = ACCOUNT;
  /** The next call of a name is refused with this. */
  readonly refusals = new Map<keyof Api, Error>();
  readonly #tokens: ScriptedTokens;
  #emit: ((event: StreamEvent) => void) | null = null;
  #fail: ((error: Error) => void) | null = null;

  constructor(tokens: ScriptedTokens) {
    this.#tokens = tokens;
  }

  register(account: NewAccount): Promise<Account> {
    this.registered.push(account);
    return this.#enter('register');
  }

  signIn(email: string): Promise<Account> {
    this.calls.push(`signIn ${email}`);
    return this.#enter('signIn');
  }

  refresh(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async signOut(): Promise<void> {
    await this.#take('signOut');
    this.#tokens.change(false);
  }

  async me(): Promise<Account> {
    await this.#take('me');
    return this.account;
  }

  async saveOnboarding(onboarding: Onboarding): Promise<Account> {
    await this.#take('saveOnboarding');
    this.saved.push(onboarding);
    this.account = {...this.account, onboarding};
    return this.account;
  }

  async changePassword(current: string, next: string): Promise<void> {
    this.calls.push(`changePassword ${current} ${next}`);
    await this.#take('changePassword');
  }

  async exportData(): Promise<Blob> {
    await this.#take('exportData');
    return new Blob(['{}']);
  }

  async erase(): Promise<void> {
    await this.#take('erase');
    this.calls.push('erase');
    this.#tokens.change(false);
  }

  async feedback(feedback: Feedback): Promise<void> {
    await this.#take('feedback');
    this.judged.push(feedback);
  }

  async recallFeedback(): Promise<readonly Judgement[]> {
    await this.#take('recallFeedback');
    return this.recalled;
  }

  async personalize(
    request: PersonalizeRequest,
    {signal, onEvent}: Parameters<Api['personalize']>[1] = {},
  ): Promise<DoneEvent> {
    this.asked.push(request);
    await this.#take('personalize');
    return new Promise((resolve, reject) => {
      this.#emit = (event) => {
        onEvent?.(event);
        if (event.kind === 'done') resolve(event.data);
      };
      this.#fail = reject;
      signal?.addEventListener('abort', () => {
        reject(new DOMException('given up', 'AbortError'));
      });
    });
  }

  /** What the stream under way says next. */
  say(event: StreamEvent): void {
    this.#emit?.(event);
  }

  plan(ids: readonly string[], change: Partial<PlanEvent> = {}): void {
    this.say({kind: 'plan', data: makePlan(ids, change)});
  }

  section(section: ShownSection, index = 0): void {
    this.say({kind: 'section', data: {index, section}});
  }

  done(sections: readonly ShownSection[], change: Partial<DoneEvent> = {}): void {
    this.say({kind: 'done', data: makeDone(sections, change)});
  }

  fail(error: Error): void {
    this.#fail?.(error);
  }

  async #enter(name: keyof Api): Promise<Account> {
    await this.#take(name);
    this.#tokens.change(true);
    return this.account;
  }

  async #take(name: keyof Api): Promise<void> {
    const refusal = this.refusals.get(name);
    this.refusals.delete(name);
    await Promise.resolve();
    if (refusal) throw refusal;
  }
}

/** Tokens without a browser's storage. */
export class ScriptedTokens implements Tokens {
  readonly external: boolean;
  #isSignedIn: boolean;
  readonly #listeners = new Set<() => void>();

  constructor({isSignedIn = false, external = false} = {}) {
    this.#isSignedIn = isSignedIn;
    this.external = external;
  }

  change(isSignedIn: boolean): void {
    this.#isSignedIn = isSignedIn;
    for (const listener of this.#listeners) listener();
  }

  hasSession(): boolean {
    return this.#isSignedIn;
  }

  find(): Promise<string | null> {
    return Promise.resolve(this.#isSignedIn ? 'token' : null);
  }

  renew(): Promise<string | null> {
    return this.find();
  }

  keep(): void {
    this.change(true);
  }

  forget(): string | null {
    this.change(false);
    return null;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
  }
}
