/** How the element looks: the host's font and colours, unless a custom property says otherwise. */

/** A line in the text's own colour, fainter; the share is what is left of it. */
function line(share: number): string {
  const faint = `color-mix(in srgb, currentColor ${share}%, transparent)`;
  return `1px solid var(--chapterwise-border, ${faint})`;
}

const RADIUS = 'var(--chapterwise-radius, 0.4rem)';
const GROUND = 'var(--chapterwise-background, var(--_ground, Canvas))';

/** What all our shadow roots share. `--_ground` is the page's own ground, found by the bar. */
const SHARED = `
:host { color: var(--chapterwise-color, inherit); font: inherit;
  font-family: var(--chapterwise-font, inherit); line-height: 1.4; }
[hidden] { display: none !important; }
.root { font-size: var(--chapterwise-font-size, 0.875rem); text-align: start; }
.root:lang(ur) { line-height: 1.9;
  font-family: var(--chapterwise-font-urdu, "Noto Nastaliq Urdu",
  "Jameel Noori Nastaleeq", serif); }
button, a.button { align-items: center; background: none; cursor: pointer; display: inline-flex;
  border: ${line(45)};
  border-radius: ${RADIUS}; color: inherit; font: inherit; gap: 0.35rem;
  min-block-size: 2rem; padding: 0.1rem 0.6rem; text-decoration: none; white-space: nowrap; }
button:hover, a.button:hover { background: color-mix(in srgb, currentColor 10%, transparent); }
:focus-visible { outline: 2px solid var(--chapterwise-accent, currentColor); outline-offset: 2px; }
button[aria-pressed="true"], .primary, .primary:hover {
  background: var(--chapterwise-accent, currentColor) !important; }
button[aria-pressed="true"] > span, .primary > span {
  color: var(--chapterwise-on-accent, ${GROUND}); }
button.plain { border-color: transparent; padding-inline: 0.25rem; text-decoration: underline;
  text-underline-offset: 0.2em; }
p { margin: 0.35rem 0; }
.unseen { block-size: 1px; clip-path: inset(50%); inline-size: 1px; overflow: hidden;
  position: absolute; white-space: nowrap; }
textarea, input[type="search"] { background: transparent; color: inherit; font: inherit;
  border: ${line(60)};
  border-radius: ${RADIUS}; box-sizing: border-box; inline-size: 100%;
  display: block; margin-block: 0.3rem; padding: 0.35rem 0.5rem; }
@media (forced-colors: active) {
  button[aria-pressed="true"], .primary { border-width: 3px; }
  button[aria-pressed="true"] > span, .primary > span { background: Canvas; color: CanvasText; }
}
`;

export const BAR = `${SHARED}
/* The row stays in view as long as what the bar stands in does, so no box of our own is around. */
:host, .root { display: contents; }
:host([hidden]) { display: none; }
.row { background: ${GROUND};
  border-block-end: ${line(25)};
  box-sizing: border-box; inset-block-start: var(--chapterwise-top, 0px); padding-block: 0.4rem;
  position: sticky; z-index: var(--chapterwise-layer, 5); }
.line { align-items: center; display: flex; gap: 0.5rem; }
.progress { font-variant-numeric: tabular-nums; white-space: nowrap; }
progress { appearance: none; background: color-mix(in srgb, currentColor 20%, transparent);
  block-size: 3px; border: 0; display: block; inline-size: 100%; inset: auto 0 -2px;
  position: absolute; }
progress::-webkit-progress-bar { background: transparent; }
progress::-webkit-progress-value { background: var(--chapterwise-accent, currentColor); }
progress::-moz-progress-bar { background: var(--chapterwise-accent, currentColor); }
.view { display: inline-flex; }
.view button { border-radius: 0; }
.view button:first-child { border-end-start-radius: ${RADIUS};
  border-start-start-radius: ${RADIUS}; }
.view button:last-child { border-end-end-radius: ${RADIUS};
  border-inline-start: 0; border-start-end-radius: ${RADIUS}; }
.language { margin-inline-start: auto; min-inline-size: 0; }
.language > span { overflow: hidden; text-overflow: ellipsis; max-inline-size: 10rem; }
.short { display: none; }
.panel { background: ${GROUND};
  border: ${line(40)};
  border-radius: ${RADIUS}; box-shadow: 0 4px 16px rgb(0 0 0 / 25%);
  box-sizing: border-box; inline-size: min(20rem, 100%); inset-block-start: calc(100% + 4px);
  inset-inline-end: 0; max-block-size: min(26rem, 70vh); overflow: auto; padding: 0.75rem;
  position: absolute; }
.panel ul { list-style: none; margin: 0.5rem 0; padding: 0; }
.panel li button { border-color: transparent; inline-size: 100%; text-align: start; }
.panel label { display: block; }
.more { font-size: var(--chapterwise-font-size, 0.875rem); }
.more details { margin-block: 0.35rem; }
.notice { border-inline-start: 3px solid var(--chapterwise-accent, currentColor);
  padding-inline-start: 0.6rem; }
@media (max-width: 36rem) {
  .line { gap: 0.35rem; }
  .long { display: none; }
  .short { display: inline; }
  .language > span { max-inline-size: 4.5rem; }
}
@media print { .row, .more { display: none; } }
`;

export const CONTROLS = `${SHARED}
:host { display: block; margin-block: 0.5rem; }
:host([hidden]) { display: none; }
.line { align-items: center; display: flex; flex-wrap: wrap; gap: 0.15rem 0.6rem; }
.mark { opacity: 0.85; }
.waiting .mark { font-style: italic; }
.panel { border: ${line(30)};
  border-radius: ${RADIUS}; margin-block: 0.35rem; padding: 0.5rem 0.75rem; }
.difference { max-block-size: 60vh; overflow: auto; overflow-wrap: anywhere;
  white-space: pre-wrap; }
ins { background: var(--chapterwise-added, color-mix(in srgb, #2a9d5c 25%, transparent)); }
del { background: var(--chapterwise-removed, color-mix(in srgb, #d1453b 25%, transparent)); }
.sides { display: grid; white-space: normal; gap: 0.75rem;
  grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); }
fieldset { border: 0; margin: 0.35rem 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.35rem; }
legend { padding: 0; }
.icon { min-inline-size: 2rem; justify-content: center; }
@media print { :host { display: none; } }
`;
