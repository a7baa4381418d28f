/** Keeping the reader's place while the text changes, and the anchors in the shown text. */

const SECTIONS = '[data-section]';
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
  const anchor = window.scrollY > 0 ? (findHeading() ?? findSection()) : null;
  change();
  // The browser's own anchoring answers the same change; twice settles both.
  if (anchor) for (let turn = 0; turn < 2; turn += 1) returnTo(anchor);
}

/** A heading in the upper half of the window stays where it is. */
function findHeading(): Anchor | null {
  const seen = findVisible(HEADINGS).find((each) => {
    const {top} = each.getBoundingClientRect();
    return top >= 0 && top <= window.innerHeight / 2;
  });
  if (!seen) return null;
  const {id} = seen;
  return {
    find: () => findVisible(HEADINGS).find((each) => each.id === id) ?? null,
    share: 0,
    top: seen.getBoundingClientRect().top,
  };
}

/** In the middle of a long section its share says where. */
function findSection(): Anchor | null {
  const seen = findVisible(SECTIONS).find((each) => each.getBoundingClientRect().bottom > 0);
  if (!seen) return null;
  const {top, height} = seen.getBoundingClientRect();
  const share = top < 0 && height > 0 ? -top / height : 0;
  return {find: () => seen, share, top: Math.max(top, 0)};
}

function returnTo({find, share, top}: Anchor): void {
  const found = find();
  if (!found) return;
  const {top: now, height} = found.getBoundingClientRect();
  const by = now + share * height - top;
  if (Math.abs(by) >= 1) window.scrollBy({top: by, behavior: 'instant'});
}

function findVisible(selector: string): readonly Element[] {
  const all = Array.from(document.querySelectorAll(selector));
  return all.filter((each) => each.closest(SECTIONS) !== null && !each.closest('[hidden]'));
}

/** Of two versions of a section only the shown one may hold the anchors. */
export function moveAnchors(holder: Element, isShown: boolean): void {
  const [from, to] = isShown ? ['data-anchor', 'id'] : ['id', 'data-anchor'];
  for (const each of Array.from(holder.querySelectorAll(`[${from}]`))) {
    each.setAttribute(to, each.getAttribute(from) ?? '');
    each.removeAttribute(from);
  }
}
