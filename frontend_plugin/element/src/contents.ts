/** "On this page" and the page's title, in the words of the version that is shown. */

import {directionOf} from './core';
import type {ChapterState} from './core';
import {write} from './dom';
import {hasOwnText} from './section';

export interface Contents {
  update(state: ChapterState): void;
}

interface Label {
  readonly link: HTMLElement;
  readonly text: string;
  readonly language: string | null;
  readonly direction: string | null;
}

/** The host's links `[data-toc="ID"]`, ID being a heading's or a section's. */
export function createContents(root: Document): Contents {
  const labels = Array.from(root.querySelectorAll<HTMLElement>('[data-toc]')).map(
    (link): Label => ({
      link,
      text: link.textContent ?? '',
      language: link.getAttribute('lang'),
      direction: link.getAttribute('dir'),
    }),
  );
  const title = root.title;
  let ownTitle: string | null = null;

  function update(state: ChapterState): void {
    const shown = state.view === 'personalized' ? listHeadings(state) : new Map<string, string>();
    const language = state.plan?.language ?? '';
    for (const label of labels) {
      const text = shown.get(label.link.dataset.toc ?? '');
      write(label.link, text ?? label.text);
      set(label.link, 'lang', text === undefined ? label.language : language);
      set(label.link, 'dir', text === undefined ? label.direction : directionOf(language));
      label.link.toggleAttribute('data-unfinished', isUnfinished(label.link, state));
    }
    retitle(state);
  }

  /** A title of somebody else's making, meanwhile, is left alone. */
  function retitle(state: ChapterState): void {
    const wanted = state.view === 'personalized' ? state.done?.title : undefined;
    if (root.title !== title && root.title !== ownTitle) return;
    // What the host adds behind the chapter's own title, the book's perhaps, stays behind it.
    const end = title.lastIndexOf(' · ');
    ownTitle = wanted === undefined ? null : wanted + (end < 0 ? '' : title.slice(end));
    if (root.title !== (ownTitle ?? title)) root.title = ownTitle ?? title;
  }

  return {update};
}

function listHeadings(state: ChapterState): ReadonlyMap<string, string> {
  const own = Array.from(state.sections.values()).filter(hasOwnText);
  return new Map(own.flatMap(({headings}) => headings.map(({id, text}) => [id, text])));
}

function isUnfinished(link: HTMLElement, state: ChapterState): boolean {
  const id = link.dataset.toc ?? '';
  const isSection = state.plan?.sections.some((section) => section.id === id) === true;
  return isSection && state.view === 'personalized' && !state.sections.has(id);
}

function set(element: Element, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
