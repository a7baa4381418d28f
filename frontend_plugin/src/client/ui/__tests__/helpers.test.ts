// @vitest-environment jsdom
/** The small helps of the user interface. */

import {beforeEach, describe, expect, test, vi} from 'vitest';

import {directionOf, nameLanguage} from '../../../core/languages';
import {isLanguageTag, listLanguages} from '../languages';
import {keepPlace} from '../place';
import {readText} from '../text';
import {describeWait} from '../waiting';

describe('languages', () => {
  test('are named in themselves, and by their tag where nobody knows them', () => {
    expect(['en', 'ur', 'de', 'qqq-bad!'].map(nameLanguage)).toEqual([
      'English',
      'اردو',
      'Deutsch',
      'qqq-bad!',
    ]);
  });

  test('have a direction', () => {
    expect(['en', 'ur', 'ur-PK', 'FA', 'zh'].map(directionOf)).toEqual([
      'ltr',
      'rtl',
      'rtl',
      'rtl',
      'ltr',
    ]);
  });

  test('that are shown are offered', () => {
    expect(listLanguages(['en', 'ur'], 'fr')).toEqual(['en', 'ur', 'fr']);
    expect(listLanguages(['en', 'ur'], 'ur')).toEqual(['en', 'ur']);
    expect(listLanguages(['en', 'ur'], null)).toEqual(['en', 'ur']);
  });

  test('are typed as tags', () => {
    expect(['fr', 'pt-BR', 'zh-Hant'].every(isLanguageTag)).toBe(true);
    expect(['', 'french language', 'x', 'pt_BR', 'a'.repeat(40)].some(isLanguageTag)).toBe(false);
  });
});

test('nobody is told to come back too early', () => {
  expect([0, 1, 59.2, 60, 61, 3600, 3601].map((each) => describeWait('en', each))).toEqual([
    'in 1 second',
    'in 1 second',
    'in 60 seconds',
    'in 1 minute',
    'in 2 minutes',
    'in 1 hour',
    'in 2 hours',
  ]);
  expect(describeWait('ur', 120)).toContain('منٹ');
});

test('the text of a section leaves out what nobody wrote', () => {
  document.body.innerHTML = `
    <h2>Nodes<a class="hash-link" href="#nodes">#</a></h2>
    <p>A <strong>node</strong>  uses <code>rclpy</code> and
      <span class="katex"><span><math><annotation>x^2</annotation></math></span>
      <span aria-hidden="true">x2</span></span>.</p>
    <pre><code>import rclpy</code><button>Copy</button></pre>
    <ul><li>One <ul><li>inner</li></ul></li><li><p>Two</p></li></ul>
    <table><tbody><tr><td>Cell</td></tr></tbody></table>`;
  expect(readText(document.body)).toBe(
    'Nodes\n\nA node uses `rclpy` and $x^2$.\n\nOne\n\ninner\n\nTwo\n\nCell',
  );
});

describe('the reader’s place', () => {
  const scrolled = vi.fn();

  beforeEach(() => {
    scrolled.mockClear();
    vi.stubGlobal('scrollBy', scrolled);
    vi.stubGlobal('scrollY', 500);
    vi.stubGlobal('innerHeight', 800);
  });

  /** A section that lies there, with or without a heading in sight. */
  function lay(top: number, height: number, headingTop: number): void {
    document.body.innerHTML = `
      <article><section data-chapterwise-section="one"><h2 id="one">One</h2></section></article>`;
    place('section', top, height);
    place('h2', headingTop, 30);
  }

  function place(selector: string, top: number, height: number): void {
    const element = document.querySelector(selector);
    if (element) element.getBoundingClientRect = () => new DOMRect(0, top, 600, height);
  }

  test('a heading in sight stays where it is', () => {
    lay(-50, 900, 100);
    keepPlace(() => place('h2', 340, 30));
    expect(scrolled).toHaveBeenCalledWith({top: 240, behavior: 'instant'});
  });

  test('in the middle of a section its share stays at the edge', () => {
    lay(-500, 1000, -500);
    keepPlace(() => place('section', -500, 2000));
    expect(scrolled).toHaveBeenCalledWith({top: 500, behavior: 'instant'});
  });

  test('at the top of the page nothing moves', () => {
    vi.stubGlobal('scrollY', 0);
    lay(-500, 1000, -500);
    keepPlace(() => place('section', -500, 2000));
    expect(scrolled).not.toHaveBeenCalled();
  });
});
