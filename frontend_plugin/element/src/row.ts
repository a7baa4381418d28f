/** What the bar shows: one row that stays in view, and under it what there is to be said. */

import {createLanguageChoice} from './language-choice';
import type {LanguageChoice, LanguageOptions} from './language-choice';
import type {ChapterState} from './core';
import {make, press, write} from './dom';
import {describeFailure} from './failures';
import {describeReasons} from './reasons';

export interface RowOptions extends LanguageOptions {
  readonly direction: string;
  readonly onStart: () => void;
  readonly onRetry: () => void;
  readonly onStop: () => void;
  readonly onView: (view: ChapterState['view']) => void;
}

/** What is true beside the chapter's own state. */
export interface Surroundings {
  readonly language: string | null;
  readonly wasStopped: boolean;
  /** Where the host signs in; null where it does not say, or somebody is signed in. */
  readonly signInUrl: string | null;
  readonly hasSession: boolean;
}

export interface Row {
  readonly root: HTMLElement;
  show(state: ChapterState, around: Surroundings): void;
}

export function isAtWork({phase}: ChapterState): boolean {
  return phase === 'planning' || phase === 'streaming';
}

/** Whether anything has come that could be shown. */
export function hasVersion({done, sections, stale}: ChapterState): boolean {
  return !stale && (done !== null || sections.size > 0);
}

export function createRow(options: RowOptions): Row {
  const {words, direction, onStart, onRetry, onStop, onView} = options;
  const {say, language} = words;
  const label = (): Node[] => [
    make('span', {class: 'long'}, say('start')),
    make('span', {class: 'short'}, say('startShort')),
  ];
  const main = {type: 'button', class: 'primary', part: 'start'};
  const start = make('button', {...main, onclick: onStart}, ...label());
  const signIn = make('a', {class: 'button primary', part: 'start sign-in'}, ...label());
  const stop = make('button', {type: 'button', part: 'stop', onclick: onStop}, say('stop'));
  const count = make('span', {class: 'progress', part: 'progress', 'aria-hidden': 'true'});
  const meter = make('progress', {part: 'meter', 'aria-label': say('progressLabel')});
  const views = (['personalized', 'original'] as const).map((view) => {
    const name = make('span', {}, say(view === 'original' ? 'original' : 'forYou'));
    const props = {type: 'button', part: 'view-button', 'data-view': view};
    return [view, make('button', {...props, onclick: () => onView(view)}, name)] as const;
  });
  const group = {role: 'group', 'aria-label': say('viewLabel')};
  const view = make('span', {class: 'view', part: 'view', ...group});
  view.append(...views.map(([, button]) => button));
  const choice: LanguageChoice = createLanguageChoice(options);
  const line = make('div', {class: 'line', part: 'line'});
  line.append(start, signIn, stop, count, view, choice.button);
  const row = make('div', {class: 'row', part: 'row', role: 'region', 'aria-label': say('bar')});
  row.append(line, meter, choice.panel);

  const status = make('p', {role: 'status', part: 'status'});
  const sentence = make('span');
  const retry = make('button', {type: 'button', part: 'retry', onclick: onRetry}, say('retry'));
  const go = make('a', {class: 'button', part: 'sign-in'}, say('signIn'));
  const notice = make('p', {class: 'notice', part: 'notice'}, sentence, ' ', retry, ' ', go);
  const live = make('div', {role: 'status'}, notice);
  const reasons = make('div');
  const why = make('details', {part: 'reasons'}, make('summary', {}, say('why')), reasons);
  const more = make('div', {class: 'more', part: 'more'}, status, live, why);
  const root = make('div', {class: 'root', lang: language, dir: direction}, row, more);
  let explained: unknown;

  function show(state: ChapterState, around: Surroundings): void {
    const focused = findFocus(root);
    const works = isAtWork(state);
    const needsSignIn = !around.hasSession && around.signInUrl !== null;
    const isFresh = !works && !hasVersion(state);
    start.hidden = !isFresh || needsSignIn;
    signIn.hidden = !isFresh || !needsSignIn;
    for (const each of [signIn, go]) if (around.signInUrl) each.href = around.signInUrl;
    stop.hidden = !works;
    view.hidden = state.plan === null || isFresh;
    for (const [name, button] of views) press(button, state.view === name);
    choice.show(around.language);
    showProgress(state);
    showNotice(state, around);
    why.hidden = state.plan === null || state.stale || isFresh;
    if (explained !== (state.done ?? state.plan)) {
      explained = state.done ?? state.plan;
      reasons.replaceChildren(...describeReasons(state, language, say));
    }
    keepFocus(focused, [stop, ...views.map(([, button]) => button), retry, start]);
  }

  function showProgress(state: ChapterState): void {
    const {phase, sections, total, done} = state;
    const isPartial = total > 0 && (phase === 'streaming' || (done === null && sections.size > 0));
    const values = {count: sections.size, total};
    count.hidden = !isPartial;
    write(count, isPartial ? say('progress', values) : '');
    meter.hidden = phase !== 'streaming' && phase !== 'planning';
    meter.max = Math.max(total, 1);
    meter.value = phase === 'planning' ? 0 : sections.size;
    // In the row it is seen already; here it is for those who hear the page.
    status.classList.toggle('unseen', phase === 'streaming');
    if (phase === 'planning') write(status, say('looking'));
    else if (phase === 'streaming') write(status, say('progressSaid', values));
    else write(status, done === null ? '' : say(done.cached ? 'readyBefore' : 'ready'));
  }

  function showNotice(state: ChapterState, {wasStopped, signInUrl}: Surroundings): void {
    const {failure, done, stale} = state;
    const isOver = failure?.kind === 'signed-out';
    const said = [
      ...(stale ? [say('stale')] : []),
      ...(failure ? [describeFailure(failure, language, signInUrl !== null, say)] : []),
      ...(failure && state.sections.size === 0 ? [say('intact')] : []),
      ...(wasStopped && !isAtWork(state) && !failure ? [say('stopped')] : []),
      ...(done?.notice && !isAtWork(state) ? [done.notice] : []),
    ];
    write(sentence, said.join(' '));
    sentence.dir = 'auto';
    notice.hidden = said.length === 0;
    retry.hidden = stale || isOver || !mayHelp(state);
    go.hidden = !isOver || signInUrl === null;
  }

  return {root, show};
}

// Why a section is the author's, where the next answer may be another.
const RETRIED = ['rejected', 'outage', 'budget', 'stopped'];

/** Whether asking once more can bring something: not where all that is written waits for somebody. */
function mayHelp({done, failure, sections}: ChapterState): boolean {
  if (failure || !done) return true;
  const originals = done.explanation?.originals;
  if (originals) return RETRIED.some((reason) => originals.has(reason));
  return Array.from(sections.values()).some(({status}) => status === 'fallback');
}

function findFocus(root: HTMLElement): Element | null {
  const tree = root.getRootNode();
  const focused = tree instanceof ShadowRoot ? tree.activeElement : null;
  return focused !== null && root.contains(focused) ? focused : null;
}

/** Who pressed a button that has gone stands on the one that came in its place. */
function keepFocus(focused: Element | null, next: readonly HTMLElement[]): void {
  if (focused === null || focused.closest('[hidden]') === null) return;
  next.find((each) => each.closest('[hidden]') === null)?.focus();
}
