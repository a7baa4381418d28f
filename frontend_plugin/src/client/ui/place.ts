/** Keeping the reader's place while the text around it changes. */

import {flushSync} from 'react-dom';

const SECTIONS = '[data-chapterwise-section]';
const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => `${name}[id]`).join(',');

/** Something that is there before and after the change, and how far down it stands. */
interface Anchor {
  readonly find: () => Element | null;
  /** Which share of the element lies above the edge of what is seen; 0 for its first line. */
  readonly share: number;
  readonly top: number;
}

/** Make a change, and scroll so that what was being read stays where it was. */
export function keepPlace(change: () => void): void {
  const anchor = window.scrollY > 0 ? findAnchor() : null;
  flushSync(change);
  if (anchor) returnTo(anchor);
}

function findAnchor(): Anchor | null {
  return findHeading() ?? findSection();
}

/** A heading in the upper half of the window stays where it is. */
function findHeading(): Anchor | null {
  const seen = visible(HEADINGS).find((each) => {
    const {top} = each.getBoundingClientRect();
    return top >= 0 && top <= window.innerHeight / 2;
  });
  if (!seen) return null;
  const {id} = seen;
  return {
    find: () => visible(HEADINGS).find((each) => each.id === id) ?? null,
    share: 0,
    top: seen.getBoundingClientRect().top,
  };
}

/** In the middle of a long section its share says where. */
function findSection(): Anchor | null {
  const seen = visible(SECTIONS).find((each) => each.getBoundingClientRect().bottom > 0);
  if (!seen) return null;
  const {top, height} = seen.getBoundingClientRect();
  const id = seen.getAttribute('data-chapterwise-section');
  return {
    find: () =>
      visible(SECTIONS).find((each) => each.getAttribute('data-chapterwise-section') === id) ??
      null,
    share: top < 0 && height > 0 ? -top / height : 0,
    top: Math.max(top, 0),
  };
}

function returnTo({find, share, top}: Anchor): void {
  const found = find();
  if (!found) return;
  const {top: now, height} = found.getBoundingClientRect();
  window.scrollBy({top: now + share * height - top, behavior: 'instant'});
}

function visible(selector: string): readonly Element[] {
  const inside = document.querySelector('article') ?? document.body;
  return Array.from(inside.querySelectorAll(selector)).filter((each) => !each.closest('[hidden]'));
}
