/** `<chapterwise-mark>`: the line above a section: what it is, its other version, what changed. */

import {make, openShadow, write} from './dom';
import {CONTROLS} from './styles';
import type {Interface} from './words';

export interface MarkOptions {
  readonly words: Interface;
  readonly direction: string;
  readonly onToggle: () => void;
  /** Made anew whenever it is asked for. */
  readonly compare: () => HTMLElement;
}

export interface Marking {
  /** Empty for a section of which there is nothing to say. */
  readonly text: string;
  readonly reason: string | null;
  /** By whom it was made; said where it is shown what was made. */
  readonly making: string;
  readonly isWaiting: boolean;
  /** There are two versions to turn between. */
  readonly hasOwnText: boolean;
  readonly isOriginal: boolean;
}

export class ChapterwiseMark extends HTMLElement {
  #options: MarkOptions | null = null;
  readonly #root = make('div', {class: 'root'});
  readonly #text = make('span', {class: 'mark', part: 'mark'});
  readonly #reason = make('span', {part: 'reason', dir: 'auto'});
  readonly #toggle = make('button', {type: 'button', class: 'plain', part: 'toggle'});
  readonly #changes = make('button', {type: 'button', class: 'plain', part: 'changes'});
  readonly #making = make('p', {part: 'making'});
  readonly #panel = make('div', {class: 'panel', part: 'difference', hidden: true});

  /** Called once, by who makes it. */
  start(options: MarkOptions): void {
    this.#options = options;
    this.#root.lang = options.words.language;
    this.#root.dir = options.direction;
    this.#toggle.addEventListener('click', () => options.onToggle());
    this.#changes.addEventListener('click', () => this.#openChanges(this.#panel.hidden !== false));
    this.#changes.textContent = options.words.say('changes');
    this.#changes.setAttribute('aria-expanded', 'false');
    const line = make('div', {class: 'line', part: 'line'});
    line.append(this.#text, this.#reason, this.#toggle, this.#changes);
    this.#root.append(line, this.#panel);
    openShadow(this, CONTROLS).append(this.#root);
  }

  show({text, reason, making, isWaiting, hasOwnText, isOriginal}: Marking): void {
    const say = this.#options?.words.say;
    if (say === undefined) return;
    this.hidden = text === '';
    this.#root.classList.toggle('waiting', isWaiting);
    write(this.#text, text);
    write(this.#reason, reason ?? '');
    write(this.#making, making);
    this.#toggle.hidden = !hasOwnText;
    this.#changes.hidden = !hasOwnText;
    write(this.#toggle, say(isOriginal ? 'showForYou' : 'showOriginal'));
    if (!hasOwnText) this.#openChanges(false);
  }

  #openChanges(opens: boolean): void {
    this.#panel.hidden = !opens;
    this.#changes.setAttribute('aria-expanded', String(opens));
    // A long section takes its time to be compared, so that nothing is compared unasked.
    const parts = opens && this.#options ? [this.#making, this.#options.compare()] : [];
    this.#panel.replaceChildren(...parts);
  }
}
