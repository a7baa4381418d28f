/** The text of a rendered section, for the eye that compares: code and formulas as one word. */

// Buttons, anchors of headings and what is drawn are no part of the text.
const PASSED_OVER = 'button, .hash-link, svg, script, style, [aria-hidden="true"], pre, img';
const BLOCKS = 'p, li, td, th, h1, h2, h3, h4, h5, h6, dt, dd, summary, figcaption';

/** The prose of the element, a blank line between its paragraphs; the same two texts compare. */
export function readText(element: Element): string {
  const parts = Array.from(element.querySelectorAll(BLOCKS))
    .filter((each) => !each.closest(PASSED_OVER))
    .map((each) => tidy(readNodes(each)));
  return parts.filter(Boolean).join('\n\n');
}

function readNodes(parent: Node): string {
  return Array.from(parent.childNodes, readNode).join('');
}

function readNode(node: Node): string {
  if (!(node instanceof Element)) return node.textContent ?? '';
  const formula = node.matches('.katex') ? node.querySelector('annotation') : null;
  if (formula) return `$${formula.textContent}$`;
  // A paragraph inside a list item is read by itself.
  if (node.matches(PASSED_OVER) || node.matches(`${BLOCKS}, ul, ol`)) return '';
  return node.matches('code') ? `\`${node.textContent}\`` : readNodes(node);
}

function tidy(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
