/** `<chapterwise-thumbs>`: whether a text helped, why not, and the report of a mistake. */

import type {Fault} from './core';
import {make, openShadow, press, write} from './dom';
import {CONTROLS} from './styles';
import type {Interface, Key} from './words';

export interface Opinion {
  readonly helpful: boolean;
  readonly comment?: string;
  readonly fault?: Fault;
}

export interface Recalled {
  readonly helpful: boolean;
  readonly comment: string | null;
  /** Where the core hands it on. */
  readonly fault?: string | null;
}

const FAULTS: readonly (readonly [Fault, Key])[] = [
  ['too_hard', 'tooHard'],
  ['too_easy', 'tooEasy'],
  ['wrong', 'wrong'],
  ['bad_translation', 'badTranslation'],
];

export interface ThumbsOptions {
  readonly words: Interface;
  readonly direction: string;
  readonly question: Key;
  readonly isTranslation: () => boolean;
  /** Rejects where it could not be sent. */
  readonly send: (opinion: Opinion) => Promise<void>;
}

export class ChapterwiseThumbs extends HTMLElement {
  #options: ThumbsOptions | null = null;
  #helpful: boolean | null = null;
  #fault: Fault | null = null;
  /** One after the other: the last word said is the one that is kept. */
  #sending: Promise<void> = Promise.resolve();
  #latest = 0;
  readonly #yes = this.#makeThumb(true);
  readonly #no = this.#makeThumb(false);
  readonly #report = make('button', {type: 'button', class: 'plain', part: 'report'});
  readonly #form = make('form', {class: 'panel', part: 'panel', hidden: true});
  readonly #faults = make('fieldset');
  readonly #comment = make('textarea', {rows: '3', maxlength: '2000'});
  readonly #status = make('span', {role: 'status', part: 'status'});

  /** Called once, by who makes it. */
  start(options: ThumbsOptions): void {
    this.#options = options;
    const {say, language} = options.words;
    const group = make('span', {role: 'group', 'aria-label': say(options.question)});
    group.append(this.#yes, ' ', this.#no);
    this.#label(this.#yes, say('yes'));
    this.#label(this.#no, say('no'));
    this.#fillForm();
    this.#report.textContent = say('report');
    this.#report.setAttribute('aria-expanded', 'false');
    this.#report.addEventListener('click', () => this.#startReport());
    const question = make('span', {'aria-hidden': 'true'}, say(options.question));
    const line = make('div', {class: 'line', part: 'thumbs'});
    line.append(question, group, this.#report, this.#status);
    const root = make('div', {class: 'root', lang: language, dir: options.direction});
    root.append(line, this.#form);
    openShadow(this, CONTROLS).append(root);
  }

  /** What was said earlier, unless something is being said now. */
  recall(opinion: Recalled | undefined): void {
    if (opinion === undefined || this.#latest > 0 || !this.#form.hidden) return;
    this.#helpful = opinion.helpful;
    this.#fault = FAULTS.find(([fault]) => fault === opinion.fault)?.[0] ?? null;
    this.#comment.value = opinion.comment ?? '';
    this.#show();
  }

  #makeThumb(helpful: boolean): HTMLButtonElement {
    return make('button', {
      type: 'button',
      class: 'icon',
      part: 'thumb',
      'aria-pressed': 'false',
      onclick: () => this.#judge(helpful),
    });
  }

  #label(button: HTMLButtonElement, name: string): void {
    button.setAttribute('aria-label', name);
    button.title = name;
    const picture = button === this.#yes ? '👍' : '👎';
    button.append(make('span', {'aria-hidden': 'true'}, picture));
  }

  #fillForm(): void {
    const say = this.#options?.words.say;
    if (say === undefined) return;
    this.#faults.append(make('legend', {}, say('fault')));
    for (const [fault, key] of FAULTS) {
      const choose = (): void => this.#chooseFault(fault);
      const props = {type: 'button', 'data-fault': fault, 'aria-pressed': 'false', onclick: choose};
      this.#faults.append(make('button', props, make('span', {}, say(key))));
    }
    const label = make('label', {}, say('comment'), this.#comment);
    this.#form.append(this.#faults, label, make('button', {}, say('send')));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      // A report is of what was no help.
      this.#helpful = false;
      this.#show();
      void this.#send();
    });
  }

  #judge(helpful: boolean): void {
    this.#helpful = helpful;
    if (helpful) this.#fault = null;
    this.#form.hidden = helpful;
    this.#show();
    void this.#send();
  }

  #startReport(): void {
    const opens = this.#form.hidden !== false;
    this.#form.hidden = !opens;
    // Nothing is said before it is sent; who closes the form has said nothing.
    if (opens) this.#fault ??= 'wrong';
    else if (this.#helpful !== false) this.#fault = null;
    this.#show();
    if (opens) this.#comment.focus();
  }

  #chooseFault(fault: Fault): void {
    this.#helpful = false;
    this.#fault = this.#fault === fault ? null : fault;
    this.#show();
    void this.#send();
  }

  #show(): void {
    press(this.#yes, this.#helpful === true);
    press(this.#no, this.#helpful === false);
    this.#report.setAttribute('aria-expanded', String(!this.#form.hidden));
    for (const each of Array.from(this.#faults.querySelectorAll('button'))) {
      press(each, each.dataset.fault === this.#fault);
      const isOfTranslation = each.dataset.fault === 'bad_translation';
      each.hidden = isOfTranslation && this.#options?.isTranslation() !== true;
    }
  }

  async #send(): Promise<void> {
    const options = this.#options;
    if (options === null || this.#helpful === null) return;
    const helpful = this.#helpful;
    const comment = this.#comment.value.trim();
    const mine = (this.#latest += 1);
    const opinion = {
      helpful,
      ...(comment === '' ? {} : {comment}),
      ...(helpful || this.#fault === null ? {} : {fault: this.#fault}),
    };
    write(this.#status, '');
    this.#sending = this.#sending.then(() => options.send(opinion)).then(
      () => this.#tell(mine, 'thanks'),
      () => this.#tell(mine, 'unsent'),
    );
    await this.#sending;
  }

  #tell(turn: number, key: Key): void {
    if (turn === this.#latest) write(this.#status, this.#options?.words.say(key) ?? '');
  }
}
