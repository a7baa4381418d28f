/** The values that travel: what the API says, and what the page knows. No React in `core/`. */

export type Direction = 'ltr' | 'rtl';
export type SectionStatus = 'rewritten' | 'cached' | 'original' | 'fallback';
/** Who wrote what is shown beside the author's words; the author's alone is `author`. */
export type Writer = 'author' | 'model' | 'instructor' | 'fact_sheet';
/** What a second reader made of a text; `none` where nobody has read it. */
export type Verdict = 'passed' | 'repaired' | 'partly_original' | 'none';

export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

export interface Note {
  readonly kind: string;
  readonly markdown: string;
}

/** Markdown to be rendered by the page. */
export interface MarkdownBlock {
  readonly markdown: string;
}

/** A block that the page has rendered already: a listing, a formula, a figure, a component. */
export interface NativeBlock {
  /** Counts the chapter's native blocks from 0. */
  readonly native: number;
  readonly kind: string;
  /** SHA-256 of the block's text: a listing's code, a formula's TeX, otherwise its source. */
  readonly text_hash: string;
  /** Which of the chapter's top-level elements it is, from 0, in the page as it was written. */
  readonly element: number;
}

/** A block that the server has rendered: an element, from which a page builds its nodes. */
export interface TreeBlock {
  /** `{tag, attributes, children}`, by no means believed: whoever builds from it checks it. */
  readonly tree: unknown;
}

export type Block = MarkdownBlock | NativeBlock | TreeBlock;

export interface ShownSection {
  readonly id: string;
  readonly title: string;
  readonly status: SectionStatus;
  readonly reason: string | null;
  readonly markdown: string;
  readonly headings: readonly Heading[];
  readonly notes: readonly Note[];
  /** Both where the API says so. */
  readonly writer?: Writer;
  readonly review?: Verdict;
  /** Only where the page was built from the file that the server has. */
  readonly blocks: readonly Block[] | null;
  /** How many top-level elements the section has in the page as its author wrote it. */
  readonly elements: number | null;
  /** Targets of the images in the section's source, in order, those in native blocks left out. */
  readonly images: readonly string[] | null;
}

/** Where the texts of a stored answer are to be had: bytes that never change. */
export interface Reference {
  readonly hash: string;
  readonly bytes: number;
}

export interface PlannedTransformation {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  /** What it may do to a section, where the API says so. */
  readonly adds?: string;
}

/** What one transformation of the plan came to. */
export interface Effect {
  readonly id: string;
  readonly title: string;
  /** How many sections were reworded with it. */
  readonly sections: number;
  /** How many notes it added. */
  readonly notes: number;
}

/** What was done to a chapter, by whom, and why the rest is the author's: counts of sections. */
export interface Explanation {
  readonly transformations: readonly Effect[];
  readonly writers: ReadonlyMap<string, number>;
  readonly reviews: ReadonlyMap<string, number>;
  readonly originals: ReadonlyMap<string, number>;
}

export interface PlanEvent {
  readonly chapter_id: string;
  readonly title: string;
  readonly language: string;
  readonly direction: Direction;
  readonly profile_hash: string;
  readonly source_hash: string;
  readonly plan_hash: string;
  readonly applied_transformations: readonly string[];
  readonly personalization_factors: readonly string[];
  readonly transformations: readonly PlannedTransformation[];
  readonly sections: readonly {readonly id: string; readonly title: string}[];
}

export interface SectionEvent {
  readonly index: number;
  readonly section: ShownSection;
}

export interface DoneEvent {
  readonly chapter_id: string;
  readonly title: string;
  readonly language: string;
  readonly direction: Direction;
  readonly cached: boolean;
  readonly source: string;
  readonly profile_hash: string;
  readonly source_hash: string;
  readonly plan_hash: string;
  readonly applied_transformations: readonly string[];
  readonly personalization_factors: readonly string[];
  /** Where the API says so. */
  readonly explanation?: Explanation;
  readonly sections: readonly ShownSection[];
  /** Where the texts are; an API that does not know of it says nothing. */
  readonly rendition?: Reference | null;
  /** Whether the sections have their texts; who asks for a chapter is given none without. */
  readonly isWhole?: boolean;
  readonly notice: string | null;
  readonly llm_provider: string | null;
  readonly tokens_used: number;
  readonly response_time_ms: number;
}

/** RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
}

export type StreamEvent =
  | {readonly kind: 'plan'; readonly data: PlanEvent}
  | {readonly kind: 'section'; readonly data: SectionEvent}
  | {readonly kind: 'done'; readonly data: DoneEvent}
  | {readonly kind: 'error'; readonly data: Problem};

export interface PersonalizeRequest {
  readonly chapter_id: string;
  readonly language?: string;
  readonly refresh?: boolean;
  readonly source_hash?: string;
  /** False: the texts of what is stored are fetched by their hash. */
  readonly inline?: boolean;
  /** `tree`: blocks come rendered. */
  readonly form?: 'markdown' | 'tree';
}

export interface Feedback {
  readonly chapter_id: string;
  readonly section?: string;
  readonly helpful: boolean;
  readonly comment?: string;
  /** What is wrong with it, where it did not help. */
  readonly fault?: Fault;
  readonly language?: string;
}

/** What a learner has against a text. */
export type Fault = 'too_hard' | 'too_easy' | 'wrong' | 'bad_translation';

/** What the learner has said of a section, or of the chapter as a whole (`section` null). */
export interface Judgement {
  readonly section: string | null;
  readonly helpful: boolean;
  readonly comment: string | null;
  readonly fault?: Fault | null;
}

/** The learner's onboarding answers, each with its default filled in. */
export interface Onboarding {
  readonly role: string;
  readonly programming_experience: string;
  readonly robotics_experience: string;
  readonly preferred_language: string;
  readonly hardware_availability: string;
  readonly language_tag?: string;
}

export interface Account {
  readonly email: string | null;
  readonly role: 'learner' | 'instructor' | 'admin';
  readonly onboarding: Onboarding;
}

/** Why something did not work, as the page can say it in plain words. */
export type FailureKind =
  | 'offline' // the API cannot be reached
  | 'signed-out' // 401 that a refresh did not cure
  | 'limit' // 429, see retryAfterS
  | 'not-found' // the API does not know the chapter
  | 'invalid' // 422, see fields
  | 'conflict' // 409
  | 'unavailable' // 503 and other 5xx
  | 'refused' // any other 4xx
  | 'interrupted'; // a stream that broke off and could not be resumed

export interface Failure {
  readonly kind: FailureKind;
  /** The server's sentence for a person, where there is one; text, never HTML. */
  readonly detail: string | null;
  readonly retryAfterS: number | null;
  /** Field name to what is wrong with it. */
  readonly fields: Readonly<Record<string, string>>;
}

export type ChapterPhase = 'idle' | 'planning' | 'streaming' | 'done' | 'failed';
export type View = 'original' | 'personalized';

/** All that the page knows about the chapter on it; a new object whenever something changed. */
export interface ChapterState {
  readonly phase: ChapterPhase;
  readonly view: View;
  readonly plan: PlanEvent | null;
  /** By section id; only sections that have come. */
  readonly sections: ReadonlyMap<string, ShownSection>;
  readonly total: number;
  readonly done: DoneEvent | null;
  readonly failure: Failure | null;
  /** The page was built from another version of the file: the author's text is shown. */
  readonly stale: boolean;
  /** The language that was asked for, or null for the profile's. */
  readonly language: string | null;
  /** By section id; the chapter as a whole by null. */
  readonly judged: ReadonlyMap<string | null, Judgement>;
}

/** One chapter on one page; made anew for each page, closed when the learner leaves it. */
export interface ChapterStore {
  subscribe(listener: () => void): () => void;
  getSnapshot(): ChapterState;
  /** Ask for the chapter; a request under way is given up first. */
  personalize(options?: {
    readonly language?: string | null;
    readonly refresh?: boolean;
  }): Promise<void>;
  /** Stop reading; what has come stays. */
  stop(): void;
  show(view: View): void;
  judge(feedback: Omit<Feedback, 'chapter_id' | 'language'>): Promise<void>;
  close(): void;
}

export interface AccountState {
  /** `unknown` until the browser's storage has been read, so that server and browser agree. */
  readonly phase: 'unknown' | 'signed-out' | 'signing-in' | 'signed-in';
  readonly account: Account | null;
  /** Another identity provider signs in (`getAccessToken`): no forms of ours. */
  readonly external: boolean;
}

/** Who is reading; one per site. Methods reject with an `ApiError`. */
export interface AccountStore {
  subscribe(listener: () => void): () => void;
  getSnapshot(): AccountState;
  /** Read the browser's storage and, where somebody is signed in, their account. */
  start(): Promise<void>;
  signUp(
    email: string,
    password: string,
    onboarding?: Partial<Onboarding>,
    invite?: string,
  ): Promise<void>;
  signIn(email: string, password: string): Promise<void>;
  signOut(): Promise<void>;
  saveOnboarding(onboarding: Onboarding): Promise<void>;
  changePassword(currentPassword: string, newPassword: string): Promise<void>;
  exportData(): Promise<Blob>;
  erase(): Promise<void>;
}
