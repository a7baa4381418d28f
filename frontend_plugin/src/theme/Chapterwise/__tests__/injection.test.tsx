// @vitest-environment jsdom
/** Whatever the server or a model says is text: none of it becomes an element or an address. */

import React from 'react';
import {screen} from '@testing-library/react';
import {beforeEach, expect, test, vi} from 'vitest';
import Bar from '@theme/Chapterwise/Bar';
import Difference from '@theme/Chapterwise/Difference';
import Section from '@theme/Chapterwise/Section';

import {ACCOUNT, makeFailure, makeSection} from './scripted';
import {click, makeSite, open, settle, type} from './site';

const EVIL = '<img src=x onerror="hurt()"><script>hurt()</script>{"a":1}](javascript:hurt())';
const hurt = vi.fn();

beforeEach(() => vi.stubGlobal('hurt', hurt));

function expectText(): void {
  expect(document.body.textContent).toContain(EVIL);
  expect(document.querySelectorAll('img, script, iframe, object')).toHaveLength(0);
  const addresses = [...document.querySelectorAll('[href], [src]')].map(
    (each) => each.getAttribute('href') ?? each.getAttribute('src'),
  );
  expect(addresses.filter((each) => /^\s*(?:javascript|data|vbscript):/i.test(each ?? ''))).toEqual(
    [],
  );
  expect(hurt).not.toHaveBeenCalled();
}

test('the reasons of a plan', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  const transformations = [{id: EVIL, title: EVIL, reason: EVIL}];
  await settle(() => site.api.plan(['one'], {transformations, title: EVIL}));
  expectText();
});

test('the notice of an answer', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  await settle(() => site.api.plan(['one']));
  await settle(() => site.api.done([makeSection('one')], {notice: EVIL, llm_provider: EVIL}));
  expectText();
});

test('the words of a refusal', async () => {
  const site = makeSite({isSignedIn: true});
  site.api.refusals.set('personalize', makeFailure('refused', {detail: EVIL}));
  await open(site, <Bar />);
  await click('Personalize this chapter');
  expectText();
});

test('the words of a refused registration', async () => {
  const site = makeSite();
  site.api.refusals.set('register', makeFailure('refused', {detail: EVIL}));
  await open(site, <Bar />);
  await click('Personalize this chapter');
  await type('E-mail', 'ada@example.com');
  await type('Password', 'correct horse');
  await click('Create an account');
  expectText();
});

test('the name of an account', async () => {
  const site = makeSite({isSignedIn: true});
  site.api.account = {...ACCOUNT, email: EVIL};
  await open(site, <Bar />);
  await click('Account');
  expectText();
});

test('the reason of a section, and its language', async () => {
  const site = makeSite({isSignedIn: true});
  const section = makeSection(EVIL, {status: 'fallback', reason: EVIL, title: EVIL});
  await open(site, <Section section={section} original={<p>Hers</p>} shown={<p>His</p>} />);
  await settle(() => void site.chapter.personalize());
  await settle(() => site.api.plan([EVIL], {language: EVIL}));
  await click('The author’s own text');
  expectText();
});

test('a language that no browser knows is named by its tag', async () => {
  const site = makeSite({isSignedIn: true});
  const section = makeSection('one');
  await open(site, <Section section={section} original={<p>Hers</p>} shown={<p>His</p>} />);
  await settle(() => void site.chapter.personalize());
  await settle(() => site.api.plan(['one'], {language: EVIL}));
  expectText();
});

test('changed words', async () => {
  const kinds = ['same', 'added', 'removed'] as const;
  await open(makeSite(), <Difference parts={kinds.map((kind) => ({kind, text: EVIL}))} />);
  expect(screen.getByRole('group').querySelectorAll('ins, del')).toHaveLength(2);
  expectText();
});
