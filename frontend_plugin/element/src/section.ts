/** One section of the page: the author's nodes, and beside them what was written for the reader. */

import {treesOf} from './blocks';
import {showBoth, showDifference} from './comparison';
import {directionOf, nameIn, primaryOf} from './core';
import type {ChapterState, Judgement, ShownSection} from './core';
import {make} from './dom';
import {ChapterwiseMark} from './mark';
import type {Marking} from './mark';
import {keepPlace, moveAnchors} from './place';
import {ChapterwiseThumbs} from './thumbs';
import type {Opinion} from './thumbs';
import {buildTree} from './tree';
import type {Interface, Key} from './words';

export interface SectionOptions {
  readonly host: HTMLElement;
  /** The author's nodes of it, within the host. */
  readonly original: HTMLElement;
  readonly words: Interface;
  readonly pageLanguage: string;
  /** The page's own block, by its place among the chapter's top-level elements. */
  readonly findNative: (index: number) => Element | null;
  readonly judge: (opinion: Opinion) => Promise<void>;
}

export interface SectionView {
  update(section: ShownSection | undefined, state: ChapterState): void;
  /** Back to the page as it was. */
  remove(): void;
}

export function createSection(options: SectionOptions): SectionView {
  const {host, original, words, pageLanguage} = options;
  let drawn: ShownSection | undefined;
  let body: HTMLElement | null = null;
  let mark: ChapterwiseMark | null = null;
  let thumbs: ChapterwiseThumbs | null = null;
  /** Which one of this section the reader turned to; null where the chapter's view decides. */
  let turned: ChapterState['view'] | null = null;
  let chapterView: ChapterState['view'] = 'original';
  let latest: ChapterState | null = null;

  const isTranslation = (): boolean =>
    primaryOf(latest?.plan?.language ?? pageLanguage) !== primaryOf(pageLanguage);
  const view = (): ChapterState['view'] => turned ?? chapterView;

  function update(section: ShownSection | undefined, state: ChapterState): void {
    latest = state;
    // Who turns the whole chapter turns every section.
    if (state.view !== chapterView) turned = null;
    chapterView = state.view;
    if (section !== drawn) draw(section, state);
    turn();
    showControls(state);
  }

  function draw(section: ShownSection | undefined, state: ChapterState): void {
    drawn = section;
    removeBody();
    if (section === undefined || !hasOwnText(section)) return;
    const language = state.plan?.language ?? pageLanguage;
    const built = build(section, options);
    if (built === null) return;
    body = make('div', {'data-personalized': '', lang: language}, built);
    body.dir = state.plan?.direction ?? directionOf(language);
    nameHeadings(body, section);
    original.before(body);
  }

  function removeBody(): void {
    body?.remove();
    body = null;
  }

  function turn(): void {
    const showsOwn = body !== null && view() === 'personalized';
    // The hidden one gives its anchors away before the shown one takes them.
    if (showsOwn) moveAnchors(original, false);
    if (body) {
      moveAnchors(body, showsOwn);
      body.hidden = !showsOwn;
    }
    if (!showsOwn) moveAnchors(original, true);
    original.hidden = showsOwn;
  }

  function showControls(state: ChapterState): void {
    const marking = describe(drawn, state, body !== null, view() === 'original', options);
    if (mark === null && marking.text === '') return;
    mark ??= addMark();
    mark.show(marking);
    host.toggleAttribute('data-unfinished', marking.isWaiting);
    if (body === null && thumbs === null) return;
    thumbs ??= addThumbs();
    thumbs.hidden = body === null;
    thumbs.recall(findJudgement(state, drawn));
  }

  function addMark(): ChapterwiseMark {
    const made = new ChapterwiseMark();
    made.start({
      words,
      direction: directionOf(words.language),
      onToggle: () => {
        keepPlace(() => {
          turned = view() === 'original' ? 'personalized' : 'original';
          if (latest) update(drawn, latest);
        });
      },
      compare: () => {
        const shown = body ?? original;
        // Word by word, two languages have nothing in common.
        return isTranslation()
          ? showBoth(original, shown, words.say)
          : showDifference(original, shown, words.say);
      },
    });
    host.prepend(made);
    return made;
  }

  function addThumbs(): ChapterwiseThumbs {
    const made = new ChapterwiseThumbs();
    made.start({
      words,
      direction: directionOf(words.language),
      question: 'sectionQuestion',
      isTranslation,
      send: options.judge,
    });
    host.append(made);
    return made;
  }

  function remove(): void {
    removeBody();
    turn();
    mark?.remove();
    thumbs?.remove();
    host.removeAttribute('data-unfinished');
  }

  return {update, remove};
}

function findJudgement(
  state: ChapterState,
  section: ShownSection | undefined,
): Judgement | undefined {
  return section && state.judged.get(section.id);
}

/** Whether a text other than the author's is there to be shown. */
export function hasOwnText(section: ShownSection): boolean {
  const isAnswered = section.status === 'rewritten' || section.status === 'cached';
  return isAnswered && section.writer !== 'author' && section.blocks !== null;
}

/** Null where the page lacks a block that the text is built around: then the author's stays. */
function build(section: ShownSection, {findNative}: SectionOptions): DocumentFragment | null {
  const fragment = document.createDocumentFragment();
  for (const block of treesOf(section) ?? []) {
    if ('tree' in block) fragment.append(buildTree(block.tree));
    else {
      const own = findNative(block.element);
      if (own === null) return null;
      fragment.append(own.cloneNode(true));
    }
  }
  return fragment.textContent?.trim() === '' ? null : fragment;
}

/** The author's anchors, where the trees do not bring them along. */
function nameHeadings(body: HTMLElement, {headings}: ShownSection): void {
  const found = Array.from(body.querySelectorAll('h1,h2,h3,h4,h5,h6'));
  found.forEach((heading, index) => {
    const id = headings[index]?.id;
    if (heading.id === '' && !heading.hasAttribute('data-anchor') && id) heading.id = id;
  });
}

const PHASES_AT_WORK: ReadonlySet<ChapterState['phase']> = new Set(['planning', 'streaming']);

function describe(
  section: ShownSection | undefined,
  state: ChapterState,
  isShown: boolean,
  isOriginal: boolean,
  {words: {say, language}, pageLanguage}: SectionOptions,
): Marking {
  const nothing = {reason: null, making: '', isWaiting: false, hasOwnText: false, isOriginal};
  if (section === undefined) {
    if (state.plan === null || state.view === 'original') return {...nothing, text: ''};
    const key = PHASES_AT_WORK.has(state.phase) ? 'waiting' : 'unfinished';
    return {...nothing, text: say(key), isWaiting: true};
  }
  if (section.status === 'fallback' || (!isShown && hasOwnText(section))) {
    const isWaiting = section.status === 'fallback';
    return {...nothing, text: say('kept'), reason: section.reason, isWaiting};
  }
  if (!isShown) return {...nothing, text: ''};
  const target = state.plan?.language ?? pageLanguage;
  const values = {language: nameIn(language, target)};
  const making = describeMaking(section).map((key) => say(key)).join(' ');
  if (isOriginal) return {...nothing, text: say('kept'), making, hasOwnText: true};
  const key = nameProvenance(section, primaryOf(target) !== primaryOf(pageLanguage));
  return {...nothing, text: say(key, values), making, hasOwnText: true};
}

function nameProvenance(section: ShownSection, isTranslation: boolean): Key {
  if (section.writer === 'fact_sheet') return 'note';
  if (isTranslation) return 'translated';
  return section.notes.length > 0 ? 'rewrittenWithNote' : 'rewritten';
}

/** By whom, and what a second reader made of it. */
function describeMaking({writer, review}: ShownSection): readonly Key[] {
  const by = {model: 'byModel', instructor: 'byInstructor', fact_sheet: 'byFacts'} as const;
  const read = {passed: 'passed', repaired: 'repaired', partly_original: 'partlyOriginal'} as const;
  return [
    ...(writer && writer !== 'author' ? [by[writer]] : []),
    ...(review && review !== 'none' ? [read[review]] : []),
  ];
}
