/** `<chapterwise-bar>`: one chapter on one page, from the first click to the last section. */

import {createApi, createChapterStore, createTokens, directionOf, isSafeUrl} from './core';
import type {ChapterState, ChapterStore, Tokens} from './core';
import {openShadow} from './dom';
import {findGround, watchGround} from './ground';
import {recallAlways, recallChoice, rememberChoice} from './memory';
import {createPage} from './page';
import type {Page} from './page';
import {createRow, hasVersion, isAtWork} from './row';
import type {Row} from './row';
import {BAR} from './styles';
import {createHostTokens} from './tokens';
import type {GetToken} from './tokens';
import {chooseWords, readLabels} from './words';
import type {Key} from './words';

/** All that belongs to one chapter; made when the element is set up, gone when it goes. */
interface Reading {
  readonly chapter: string;
  readonly store: ChapterStore;
  readonly tokens: Tokens;
  readonly page: Page;
  readonly row: Row;
  readonly end: () => void;
}

const PROPERTIES = ['getToken', 'signInUrl', 'labels'] as const;

export class ChapterwiseBar extends HTMLElement {
  static readonly observedAttributes =
    'api-url chapter source-hash language languages interface sign-in-url'.split(' ');

  #getToken: GetToken | null = null;
  #labels: Partial<Record<Key, string>> = {};
  #reading: Reading | null = null;
  #isScheduled = false;
  #language: string | null = null;
  #wasStopped = false;

  get getToken(): GetToken | null {
    return this.#getToken;
  }

  /** Where the host signs learners in itself: its token, whenever one is needed. */
  set getToken(next: GetToken | null) {
    const isOther = (this.#getToken === null) !== (next === null);
    this.#getToken = next;
    if (isOther) this.#schedule();
  }

  get signInUrl(): string | null {
    return this.getAttribute('sign-in-url');
  }

  set signInUrl(url: string | null) {
    if (url === null) this.removeAttribute('sign-in-url');
    else this.setAttribute('sign-in-url', url);
  }

  /** Words of the host's own, by their keys in `locales/en.ts`. */
  set labels(labels: Partial<Record<Key, string>>) {
    this.#labels = {...labels};
    this.#schedule();
  }

  get labels(): Partial<Record<Key, string>> {
    return this.#labels;
  }

  /** What is known of the chapter now; null while the element is not set up. */
  get state(): ChapterState | null {
    return this.#reading?.store.getSnapshot() ?? null;
  }

  connectedCallback(): void {
    for (const name of PROPERTIES) this.#takeOver(name);
    this.#schedule();
  }

  disconnectedCallback(): void {
    // Who only moves it in the page keeps what is there.
    queueMicrotask(() => {
      if (!this.isConnected) this.#end();
    });
  }

  attributeChangedCallback(_: string, before: string | null, after: string | null): void {
    if (before !== after) this.#schedule();
  }

  async personalize(wish: {language?: string | null; refresh?: boolean} = {}): Promise<void> {
    const reading = this.#reading;
    if (reading === null) return;
    if (wish.language !== undefined) this.#language = wish.language;
    this.#wasStopped = false;
    rememberChoice(reading.chapter, {language: this.#language, view: 'personalized'});
    await reading.store.personalize({...wish, language: this.#language});
  }

  stop(): void {
    const reading = this.#reading;
    if (reading === null || !isAtWork(reading.store.getSnapshot())) return;
    this.#wasStopped = true;
    // What was stopped does not begin again by itself.
    rememberChoice(reading.chapter, {language: this.#language, view: 'original'});
    reading.store.stop();
  }

  show(view: ChapterState['view']): void {
    const reading = this.#reading;
    if (reading === null) return;
    rememberChoice(reading.chapter, {language: this.#language, view});
    reading.store.show(view);
  }

  /** A property that was set before this class was known hides the accessor. */
  #takeOver(name: (typeof PROPERTIES)[number]): void {
    const own = Object.getOwnPropertyDescriptor(this, name);
    if (own === undefined) return;
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, own.value);
  }

  /** Several attributes set one after the other are one change. */
  #schedule(): void {
    if (!this.isConnected || this.#isScheduled) return;
    this.#isScheduled = true;
    const begin = (): void => {
      this.#isScheduled = false;
      this.#end();
      if (this.isConnected) this.#begin();
    };
    // The sections below are yet to come while the page is being read.
    if (document.readyState !== 'loading') queueMicrotask(begin);
    else document.addEventListener('DOMContentLoaded', begin, {once: true});
  }

  #begin(): void {
    const apiUrl = this.getAttribute('api-url')?.replace(/\/+$/, '');
    const chapter = this.getAttribute('chapter');
    if (apiUrl === undefined || !chapter) return;
    const recalled = recallChoice(chapter);
    this.#language = recalled?.language ?? recallAlways();
    this.#wasStopped = false;
    this.#reading = this.#open(apiUrl, chapter);
    this.#render();
    if (recalled?.view === 'personalized') void this.#restore(this.#reading);
  }

  /** Nobody asked just now, so that who is signed out since is not told so on every page. */
  async #restore(reading: Reading): Promise<void> {
    if (!reading.tokens.hasSession()) return;
    // What cannot be found out now is said when the chapter is asked for.
    const token = await reading.tokens.find().catch(() => undefined);
    if (token !== null && this.#reading === reading) await this.personalize();
  }

  #open(apiUrl: string, chapter: string): Reading {
    const getToken: GetToken = async (refused) => (await this.#getToken?.(refused)) ?? null;
    const tokens = this.#getToken === null ? createTokens(apiUrl) : createHostTokens(getToken);
    const store = createChapterStore({
      api: createApi({apiUrl, tokens}),
      chapterId: chapter,
      form: 'tree',
      sourceHash: () => Promise.resolve(this.getAttribute('source-hash') || null),
    });
    const pageLanguage = this.getAttribute('language') || document.documentElement.lang || 'en';
    const around = this.closest<HTMLElement>('[lang]')?.lang ?? document.documentElement.lang;
    const labels = {...readLabels(this), ...this.#labels};
    const words = chooseWords([this.getAttribute('interface'), around], labels);
    const page = createPage({
      words,
      pageLanguage,
      judge: (opinion) => store.judge(opinion),
      onSection: (id, element) => this.#tell('section', {id, element}),
    });
    const row = createRow({
      words,
      direction: directionOf(words.language),
      offered: readTags(this.getAttribute('languages')),
      pageLanguage,
      onStart: () => void this.personalize(),
      onRetry: () => void this.personalize({refresh: hasVersion(store.getSnapshot())}),
      onStop: () => this.stop(),
      onView: (view) => this.show(view),
      onChoose: (language) => this.#choose(language),
    });
    const root = openShadow(this, BAR);
    root.querySelector('.root')?.remove();
    root.append(row.root);
    const stops = [
      store.subscribe(() => this.#render()),
      tokens.onChange(() => this.#render()),
      watchGround(() => this.#paint()),
    ];
    const end = (): void => {
      for (const stop of stops) stop();
      store.close();
      tokens.close();
      page.remove();
    };
    return {chapter, store, tokens, page, row, end};
  }

  #choose(language: string | null): void {
    const reading = this.#reading;
    if (reading === null) return;
    this.#language = language;
    this.#tell('language', {language});
    const state = reading.store.getSnapshot();
    // Who has asked for nothing yet has only said how, not that.
    if (isAtWork(state) || hasVersion(state)) return void this.personalize();
    rememberChoice(reading.chapter, {language, view: 'original'});
    this.#render();
  }

  #render(): void {
    const reading = this.#reading;
    if (reading === null) return;
    const state = reading.store.getSnapshot();
    const url = this.signInUrl;
    this.#paint();
    reading.page.update(state);
    reading.row.show(state, {
      language: this.#language,
      wasStopped: this.#wasStopped,
      signInUrl: url !== null && isSafeUrl(url) ? url : null,
      hasSession: reading.tokens.hasSession(),
    });
    this.setAttribute('data-phase', state.phase);
    const {phase, view, total, sections} = state;
    this.#tell('state', {phase, view, total, count: sections.size});
  }

  #paint(): void {
    const ground = findGround(this);
    if (ground === null) this.style.removeProperty('--_ground');
    else this.style.setProperty('--_ground', ground);
  }

  #end(): void {
    this.#reading?.end();
    this.#reading = null;
  }

  #tell(name: string, detail: object): void {
    const event = new CustomEvent(`chapterwise-${name}`, {detail, bubbles: true, composed: true});
    this.dispatchEvent(event);
  }
}

const TAG = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/i;

function readTags(text: string | null): readonly string[] {
  return (text ?? 'en ur').split(/[\s,]+/).filter((tag) => TAG.test(tag));
}
