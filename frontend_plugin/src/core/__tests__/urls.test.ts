/** Addresses in a rewritten text: what a page may link to, and what it never does. */

import {expect, test} from 'vitest';
import {isSafeImageUrl, isSafeUrl} from '../urls';

const RELATIVE = [
  '',
  '#nodes',
  '#a:b',
  '#javascript:alert(1)',
  './other.md#x',
  '../module-2/ros2.mdx',
  '/docs/intro',
  'chapter-02',
  'chapter-02?time=10:30',
  '//example.org/a',
  'img/a%20b.png',
  'كتاب/باب.md',
  'a/b:c',
  '?q=a:b',
  'a?b=1&copy;=2',
];

const WEB = ['http://example.org', 'HTTPS://example.org/a?b=c:d#e', 'https://[::1]:80/'];

const UNSAFE = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'java\tscript:alert(1)',
  '\u0001javascript:alert(1)',
  'javascript\u200b:alert(1)',
  'javascript :alert(1)',
  'javascript\u00a0:alert(1)',
  'javascript&colon;alert(1)',
  'javascript&#58;alert(1)',
  'javascript&#x3a;alert(1)',
  'java&Tab;script:alert(1)',
  'javascript%3Aalert(1)',
  'javascript：alert(1)',
  'ｊavascript:alert(1)',
  'jav\u0430script:alert(1)',
  'vbscript:x',
  'data:text/html,<script>alert(1)</script>',
  'data:image/svg+xml;base64,AAAA',
  'data:image/png;base64,AAAA',
  'blob:https://example.org/1',
  'file:///etc/passwd',
  'filesystem:https://example.org/a',
  'view-source:https://example.org',
  'ftp://example.org',
  'about:blank',
  'intent://x',
  'x-unknown:1',
  ':alert(1)',
  'javascript:alert(1)#https://example.org',
  'javascript:https://example.org',
  '\\\\example.org',
  '/\\example.org',
  'https:\\\\example.org',
  'https://example.org/ a',
  'https://example.org/\u202egpj.exe',
  '\ufeffjavascript:alert(1)',
];

test.each([...RELATIVE, ...WEB])('%j may be linked to and shown as an image', (url) => {
  expect([isSafeUrl(url), isSafeImageUrl(url)]).toEqual([true, true]);
});

test.each(['mailto:a@example.org?subject=b', 'tel:+49-30-1', 'MAILTO:a@example.org'])(
  '%j may be linked to and is no image',
  (url) => {
    expect([isSafeUrl(url), isSafeImageUrl(url)]).toEqual([true, false]);
  },
);

test.each(UNSAFE)('%j is refused', (url) => {
  expect([isSafeUrl(url), isSafeImageUrl(url)]).toEqual([false, false]);
});

test('what a browser reads as another scheme is never let through', () => {
  // The browser's own parser is the judge: it drops what we might overlook.
  const words = ['java', 'script', 'HTTPS', '&#58;', '%3a'];
  const pieces = [...words, ':', '\t', '\n', '\0', ' ', '/', '\\', '#', '?'];
  let seed = 7;
  const next = (most: number): number => (seed = (seed * 48271) % 2147483647) % most;
  for (let round = 0; round < 20_000; round += 1) {
    const url = Array.from({length: 1 + next(6)}, () => pieces[next(pieces.length)]).join('');
    if (!isSafeUrl(url)) continue;
    const base = 'https://site.example/docs/';
    if (!URL.canParse(url, base)) continue;
    expect(['http:', 'https:', 'mailto:', 'tel:'], url).toContain(new URL(url, base).protocol);
  }
});
