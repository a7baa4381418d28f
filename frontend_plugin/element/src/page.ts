/** The page around the bar: its sections, its contents, the thumbs at its end. */

import {createContents} from './contents';
import {directionOf, primaryOf} from './core';
import type {ChapterState} from './core';
import {keepPlace} from './place';
import {createSection} from './section';
import type {SectionView} from './section';
import {hasVersion} from './row';
import {ChapterwiseThumbs} from './thumbs';
import type {Opinion} from './thumbs';
import type {Interface} from './words';

export interface PageOptions {
  readonly words: Interface;
  readonly pageLanguage: string;
  readonly judge: (opinion: Opinion & {readonly section?: string}) => Promise<void>;
  /** A section has another text now. */
  readonly onSection: (id: string, host: HTMLElement) => void;
}

export interface Page {
  update(state: ChapterState): void;
  remove(): void;
}

interface Held {
  readonly id: string;
  readonly host: HTMLElement;
  readonly view: SectionView;
}

export function createPage(options: PageOptions): Page {
  const found = findSections();
  const natives = found.flatMap(({original}) => Array.from(original.children));
  const contents = createContents(document);
  const held = found.map(({id, host, original}): Held => {
    const view = createSection({
      host,
      original,
      words: options.words,
      pageLanguage: options.pageLanguage,
      findNative: (index) => natives[index] ?? null,
      judge: (opinion) => options.judge({...opinion, section: id}),
    });
    return {id, host, view};
  });
  let thumbs: ChapterwiseThumbs | null = null;
  let before: ChapterState | null = null;

  function update(state: ChapterState): void {
    const old = before;
    before = state;
    keepPlace(() => {
      for (const {id, view} of held) view.update(state.sections.get(id), state);
    });
    contents.update(state);
    showThumbs(state);
    for (const {id, host} of held) {
      if (old?.sections.get(id) !== state.sections.get(id)) options.onSection(id, host);
    }
  }

  function showThumbs(state: ChapterState): void {
    const isOver = state.done !== null && hasVersion(state);
    if (!isOver && thumbs === null) return;
    thumbs ??= addThumbs();
    thumbs.hidden = !isOver;
    thumbs.recall(state.judged.get(null));
  }

  const isTranslation = (): boolean =>
    primaryOf(before?.plan?.language ?? '') !== primaryOf(options.pageLanguage);

  /** Where the host has a place for them, or behind the last section. */
  function addThumbs(): ChapterwiseThumbs {
    const made = new ChapterwiseThumbs();
    made.start({
      words: options.words,
      direction: directionOf(options.words.language),
      question: 'chapterQuestion',
      isTranslation,
      send: options.judge,
    });
    const place = document.querySelector('[data-verdict]');
    if (place) place.append(made);
    else held.at(-1)?.host.after(made);
    return made;
  }

  function remove(): void {
    for (const {view} of held) view.remove();
    thumbs?.remove();
  }

  return {update, remove};
}

interface Found {
  readonly id: string;
  readonly host: HTMLElement;
  readonly original: HTMLElement;
}

function findSections(): readonly Found[] {
  return Array.from(document.querySelectorAll<HTMLElement>('[data-section]')).flatMap((host) => {
    const original = host.querySelector<HTMLElement>('[data-original]');
    const id = host.dataset.section;
    return original && id !== undefined ? [{id, host, original}] : [];
  });
}
