/** One chapter on one page: what was asked for, what has come of it, and what is shown. */

import type {Api} from './api';
import {failureOf} from './failures';
import {Watched} from './subscribing';
import type {
  ChapterState,
  ChapterStore,
  DoneEvent,
  Judgement,
  PersonalizeRequest,
  PlanEvent,
  ShownSection,
  StreamEvent,
} from './types';

export interface ChapterOptions {
  readonly api: Pick<Api, 'personalize' | 'feedback' | 'recallFeedback'>;
  readonly chapterId: string;
  /** The hash of the file that the page was built from; null where that is not known. */
  readonly sourceHash: () => Promise<string | null>;
  /** `tree` for a page that has no renderer of its own. */
  readonly form?: PersonalizeRequest['form'];
}

const IDLE: ChapterState = {
  phase: 'idle',
  view: 'original',
  plan: null,
  sections: new Map(),
  total: 0,
  done: null,
  failure: null,
  stale: false,
  language: null,
  judged: new Map(),
};

export function createChapterStore(options: ChapterOptions): ChapterStore {
  return new Chapter(options);
}

/** One request of this page; when another one begins, this one is over. */
interface Turn {
  readonly abort: AbortController;
  readonly sourceHash: string | null;
  /** The plan that this request has brought, over all its connections. */
  plan: PlanEvent | null;
}

type Wish = Parameters<ChapterStore['personalize']>[0];

class Chapter implements ChapterStore {
  readonly #options: ChapterOptions;
  readonly #watched = new Watched<ChapterState>(IDLE);
  readonly subscribe = this.#watched.subscribe;
  readonly getSnapshot = this.#watched.getSnapshot;
  #abort: AbortController | null = null;
  /** What was asked for when what is shown was asked for. */
  #shownLanguage: string | null = null;
  #closed = false;

  constructor(options: ChapterOptions) {
    this.#options = options;
  }

  async personalize(wish: Wish = {}): Promise<void> {
    if (this.#closed) return;
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    const language = wish.language === undefined ? this.getSnapshot().language : wish.language;
    this.#watched.change({phase: 'planning', failure: null, stale: false, language});
    try {
      await this.#ask(abort, language, wish.refresh === true);
    } catch (error) {
      // What fails after it was given up concerns nobody any more.
      if (!this.#isCurrent(abort)) return;
      this.#watched.change({phase: 'failed', failure: failureOf(error)});
    }
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
    const {phase, sections} = this.getSnapshot();
    if (phase !== 'planning' && phase !== 'streaming') return;
    if (sections.size > 0) this.#watched.change({phase: 'done'});
    else this.#watched.change({phase: 'idle', view: 'original'});
  }

  show(view: ChapterState['view']): void {
    if (this.#closed || (view === 'personalized' && this.getSnapshot().plan === null)) return;
    this.#watched.change({view});
  }

  async judge(feedback: Parameters<ChapterStore['judge']>[0]): Promise<void> {
    const language = this.#shownLanguage;
    await this.#options.api.feedback({
      ...feedback,
      chapter_id: this.#options.chapterId,
      ...(language === null ? {} : {language}),
    });
    const {section = null, helpful, comment = null, fault = null} = feedback;
    this.#remember([{section, helpful, comment, fault}]);
  }

  close(): void {
    this.#closed = true;
    this.#abort?.abort();
    this.#abort = null;
    this.#watched.clear();
  }

  async #ask(abort: AbortController, language: string | null, refresh: boolean): Promise<void> {
    const turn: Turn = {abort, sourceHash: await this.#options.sourceHash(), plan: null};
    if (!this.#isCurrent(abort)) return;
    await this.#options.api.personalize(this.#write(turn, language, refresh), {
      signal: abort.signal,
      onEvent: (event) => {
        if (this.#isCurrent(abort)) this.#take(event, turn, language);
      },
    });
  }

  #write(turn: Turn, language: string | null, refresh: boolean): PersonalizeRequest {
    return {
      chapter_id: this.#options.chapterId,
      ...(this.#options.form === undefined ? {} : {form: this.#options.form}),
      ...(language === null ? {} : {language}),
      ...(refresh ? {refresh} : {}),
      ...(turn.sourceHash === null ? {} : {source_hash: turn.sourceHash}),
    };
  }

  #take(event: StreamEvent, turn: Turn, language: string | null): void {
    if (event.kind === 'plan') this.#takePlan(event.data, turn, language);
    if (event.kind === 'section') this.#takeSection(event.data.section);
    if (event.kind === 'done') this.#takeDone(event.data);
  }

  #takePlan(plan: PlanEvent, turn: Turn, language: string | null): void {
    if (turn.sourceHash !== null && plan.source_hash !== turn.sourceHash) return this.#endAsStale();
    // A connection that was taken up again brings the plan once more, and the sections only once.
    const isResumed = turn.plan?.plan_hash === plan.plan_hash;
    const isFirst = turn.plan === null;
    turn.plan = plan;
    if (isFirst) void this.#recall(turn.abort);
    this.#shownLanguage = language;
    this.#watched.change({
      phase: 'streaming',
      plan,
      total: plan.sections.length,
      done: null,
      ...(isResumed ? {} : {sections: new Map<string, ShownSection>()}),
      // Who has gone back to the original meanwhile is left there.
      ...(isFirst ? {view: 'personalized' as const} : {}),
    });
  }

  /** What was said before; that it cannot be had spoils no chapter. */
  async #recall(abort: AbortController): Promise<void> {
    const before = this.getSnapshot().judged;
    const judgements = await this.#options.api
      .recallFeedback(this.#options.chapterId)
      .catch((): readonly Judgement[] => []);
    // Who has said something meanwhile, or asked for the chapter again, knows better.
    if (this.#closed || abort.signal.aborted || this.getSnapshot().judged !== before) return;
    this.#remember(judgements);
  }

  #remember(judgements: readonly Judgement[]): void {
    if (this.#closed || judgements.length === 0) return;
    const judged = new Map(this.getSnapshot().judged);
    for (const each of judgements) judged.set(each.section, each);
    this.#watched.change({judged});
  }

  /** Nothing of another text fits this page, so that nothing more is asked for. */
  #endAsStale(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#shownLanguage = null;
    const {language} = this.getSnapshot();
    this.#watched.change({...IDLE, language, stale: true});
  }

  #takeSection(section: ShownSection): void {
    const sections = new Map(this.getSnapshot().sections).set(section.id, section);
    this.#watched.change({sections});
  }

  /** The last event has every section as it is at the end; those that came already stay. */
  #takeDone(done: DoneEvent): void {
    const before = this.getSnapshot().sections;
    const sections = new Map(
      done.sections.map((section) => [section.id, keepSame(before.get(section.id), section)]),
    );
    this.#abort = null;
    this.#watched.change({phase: 'done', done, sections, total: done.sections.length});
  }

  #isCurrent(abort: AbortController): boolean {
    return this.#abort === abort && !abort.signal.aborted;
  }
}

/** The section that came before where nothing is new, so that its part of the page stays put. */
function keepSame(before: ShownSection | undefined, section: ShownSection): ShownSection {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(section)
    ? before
    : section;
}
