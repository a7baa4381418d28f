/** The choice of a language: a button that names it, and a panel to find one by any name. */

import {directionOf, nameIn, nameLanguage} from './core';
import {make, press, write} from './dom';
import {findLanguages} from './languages';
import {recallAlways, rememberAlways} from './memory';
import {INTERFACE_LANGUAGES} from './words';
import type {Interface} from './words';

export interface LanguageChoice {
  readonly button: HTMLElement;
  readonly panel: HTMLElement;
  show(language: string | null): void;
}

export interface LanguageOptions {
  readonly words: Interface;
  readonly offered: readonly string[];
  readonly pageLanguage: string;
  readonly onChoose: (language: string | null) => void;
}

export function createLanguageChoice(options: LanguageOptions): LanguageChoice {
  const {words, offered, pageLanguage, onChoose} = options;
  const {say, language: own} = words;
  let chosen: string | null = null;
  const name = make('span');
  const button = make(
    'button',
    {type: 'button', class: 'language', part: 'language', 'aria-expanded': 'false'},
    make('span', {class: 'unseen'}, `${say('language')}: `),
    name,
  );
  const search = make('input', {type: 'search', autocomplete: 'off', spellcheck: 'false'});
  const items = new Map<string, HTMLElement>();
  const none = make('p', {role: 'status'});
  const always = make('input', {type: 'checkbox'});
  const list = make('ul', {role: 'list'}, ...['', ...offered].map(makeItem));
  const panel = make(
    'div',
    {class: 'panel', part: 'panel', role: 'group', 'aria-label': say('language'), hidden: true},
    make('label', {}, say('languageSearch'), search),
    list,
    none,
    make('label', {}, always, ' ', say('languageAlways')),
  );

  function makeItem(tag: string): HTMLElement {
    const choose = (): void => take(tag === '' ? null : tag);
    const props = {type: 'button', 'aria-pressed': 'false', onclick: choose};
    const label = tag === '' ? say('languageMine') : nameLanguage(tag);
    // The language's own name first; behind it the one in the words around it.
    const text = make('span', tag === '' ? {} : {lang: tag, dir: directionOf(tag)}, label);
    const other = tag === '' ? '' : nameIn(own, tag);
    const more = other === '' || other === label ? [] : [` · ${other}`];
    const item = make('li', {}, make('button', props, make('span', {}, text, ...more)));
    items.set(tag, item);
    return item;
  }

  function filter(): void {
    const typed = search.value;
    const found = new Set(findLanguages(typed, offered, [...INTERFACE_LANGUAGES, pageLanguage]));
    for (const [tag, item] of items) item.hidden = tag === '' ? typed !== '' : !found.has(tag);
    write(none, found.size === 0 ? say('languageNone') : '');
  }

  function open(opens: boolean): void {
    panel.hidden = !opens;
    button.setAttribute('aria-expanded', String(opens));
    if (!opens) return;
    search.value = '';
    filter();
    search.focus();
  }

  function close(): void {
    open(false);
    button.focus();
  }

  function take(language: string | null): void {
    if (always.checked) rememberAlways(language);
    close();
    if (language !== chosen) onChoose(language);
  }

  function show(language: string | null): void {
    chosen = language;
    const text = language === null ? say('language') : nameLanguage(language);
    write(name, text);
    name.lang = language ?? own;
    name.dir = directionOf(language ?? own);
    for (const [tag, item] of items) {
      const inner = item.querySelector('button');
      if (inner) press(inner, tag === (language ?? ''));
    }
    always.checked = language !== null && recallAlways() === language;
  }

  /** The first that fits what was typed, or the next one on the way down. */
  function move(event: KeyboardEvent): void {
    if (event.key === 'Escape') return close();
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || event.target === always) return;
    event.preventDefault();
    const buttons = Array.from(list.querySelectorAll('button'));
    const shown = buttons.filter((each) => !each.closest('[hidden]'));
    const at = shown.findIndex((each) => each === event.target);
    (shown[at + step] ?? search).focus();
  }

  button.addEventListener('click', () => open(panel.hidden !== false));
  search.addEventListener('input', filter);
  search.addEventListener('keydown', (event) => {
    const first = Array.from(items.values()).find((item) => !item.hidden);
    if (event.key === 'Enter' && search.value !== '') first?.querySelector('button')?.click();
  });
  always.addEventListener('change', () => rememberAlways(always.checked ? chosen : null));
  panel.addEventListener('keydown', move);
  panel.addEventListener('focusout', ({relatedTarget}) => {
    const next = relatedTarget instanceof Node ? relatedTarget : null;
    // A click on what takes no focus leads nowhere: then it counts where the pointer is.
    const isHere = [panel, button].some((each) => each.contains(next) || each.matches(':hover'));
    if (!isHere) open(false);
  });
  show(null);
  return {button, panel, show};
}
