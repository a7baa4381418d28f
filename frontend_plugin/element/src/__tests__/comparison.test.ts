/** What is compared is what a reader sees: words as they are, code and formulas whole. */

import {describe, expect, it} from 'vitest';

import {showDifference, writePlain} from '../comparison';
import {chooseWords} from '../words';

function holder(html: string): HTMLElement {
  const made = document.createElement('div');
  made.innerHTML = html;
  return made;
}

function compare(original: string, shown: string): string {
  const {say} = chooseWords(['en']);
  const made = showDifference(holder(original), holder(shown), say);
  for (const each of Array.from(made.querySelectorAll('.unseen'))) each.remove();
  return made.innerHTML.replaceAll(/ part="\w+"/g, '');
}

describe('the difference', () => {
  it('is in words', () => {
    expect(compare('<p>A node is a process.</p>', '<p>A node is a program.</p>')).toBe(
      'A node is a <del>process</del><ins>program</ins>.',
    );
  });

  it('takes nothing for a mark that was none', () => {
    const text = '<p>2 * 3 * 4 and _x_ [a](b) $5 and $6 ~~~ \\_</p><p>import - this</p>';
    expect(compare(text, text)).toBe('No word of the author’s was changed.');
    const compared = compare(`${text}<p>new</p>`, text);
    expect(compared).toContain('2 * 3 * 4 and _x_ [a](b) $5 and $6 ~~~ \\_\n\nimport - this');
  });

  it('keeps listings whole, and leaves our own controls out', () => {
    const listing = '<pre><code>a = 1\n# not a heading</code></pre>';
    const shown = compare(`<p>one</p>${listing}`, `<p>two</p>${listing}`);
    expect(shown).toContain('a = 1\n# not a heading');
    expect(writePlain(holder('<p>x</p><chapterwise-thumbs>y</chapterwise-thumbs>'))).toBe('x');
  });

  it('shows markup as text', () => {
    const evil = '<p>&lt;img src=x onerror=alert(1)&gt;</p>';
    const {say} = chooseWords(['en']);
    const made = showDifference(holder('<p>x</p>'), holder(evil), say);
    expect(made.querySelector('img')).toBeNull();
  });
});
