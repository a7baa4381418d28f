// @vitest-environment jsdom
/** What a reader is told when something is not as it should be. */

import React from 'react';
import {screen} from '@testing-library/react';
import {expect, test} from 'vitest';
import Bar from '@theme/Chapterwise/Bar';

import type {Failure, FailureKind} from '../../../core/types';
import {makeFailure, makeSection} from './scripted';
import {button, click, expectAccessible, makeSite, open, settle, type Site} from './site';

const START = 'Personalize this chapter';

async function openFailing(kind: FailureKind, details: Partial<Failure> = {}): Promise<Site> {
  const site = makeSite({isSignedIn: true});
  site.api.refusals.set('personalize', makeFailure(kind, details));
  await open(site, <Bar />);
  await click(START);
  return site;
}

test.each<[FailureKind, Partial<Failure>, string]>([
  ['offline', {}, 'The service cannot be reached. Check your connection and try again.'],
  ['unavailable', {}, 'The service has a problem. Try again in a moment.'],
  ['limit', {retryAfterS: 40}, 'You can try again in 40 seconds.'],
  ['limit', {retryAfterS: 61}, 'You can try again in 2 minutes.'],
  ['limit', {retryAfterS: 7201}, 'You can try again in 3 hours.'],
  ['limit', {}, 'Try again a little later.'],
  ['interrupted', {}, 'The connection broke off. What has come stays.'],
])('%s %o can be tried again', async (kind, details, words) => {
  const site = await openFailing(kind, details);
  const alert = screen.getAllByRole('alert')[0];
  expect(alert?.textContent).toContain(words);
  expect(alert?.textContent).toContain('The author’s text is all here.');
  await expectAccessible();
  await click('Try again');
  expect(site.api.asked).toHaveLength(2);
  expect(screen.getAllByRole('alert')[0]?.textContent).toBe('');
});

test.each<[FailureKind, Partial<Failure>, string]>([
  ['not-found', {}, 'The service does not know this chapter'],
  ['refused', {detail: 'Your account may not do this.'}, 'Your account may not do this.'],
  ['invalid', {detail: 'Not valid: language.'}, 'Not valid: language.'],
  ['conflict', {detail: 'Somebody was faster.'}, 'Somebody was faster.'],
])('%s is told and not tried again', async (kind, details, words) => {
  await openFailing(kind, details);
  expect(screen.getAllByRole('alert')[0]?.textContent).toContain(words);
  expect(screen.queryByRole('button', {name: 'Try again'})).toBeNull();
});

test('who was signed out meanwhile signs in and goes on', async () => {
  const site = await openFailing('signed-out');
  site.tokens.change(false);
  await settle();
  const alert = screen.getAllByRole('alert')[0];
  expect(alert?.textContent).toContain('You are signed out. Sign in to go on.');
  await settle(() => alert?.querySelector('button')?.click());
  expect(screen.getByRole('dialog', {name: 'Sign in'})).toBeTruthy();
});

test('where the site signs in itself there is no form, only a sentence', async () => {
  const site = makeSite({external: true});
  site.api.refusals.set('personalize', makeFailure('signed-out'));
  await open(site, <Bar />);
  expect(screen.queryByRole('button', {name: 'Sign in'})).toBeNull();
  await click(START);
  expect(screen.getAllByRole('alert')[0]?.textContent).toContain('Sign in on this site first.');
  expect(screen.queryByRole('dialog')).toBeNull();
  await click('Try again');
  expect(site.api.asked).toHaveLength(2);
});

test('a stream that breaks off says that what has come stays', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click(START);
  await settle(() => site.api.plan(['one', 'two']));
  await settle(() => site.api.section(makeSection('one')));
  await settle(() => site.api.fail(makeFailure('interrupted')));
  const alert = screen.getAllByRole('alert')[0];
  expect(alert?.textContent).toContain('What has come stays.');
  expect(alert?.textContent).not.toContain('The author’s text is all here.');
  expect(button('For you')).toBeTruthy();
  await click('Try again');
  expect(site.api.asked).toHaveLength(2);
});

test('a page that is older than the chapter shows the author’s text and says so', async () => {
  const site = makeSite({isSignedIn: true, sourceHash: 'of-the-page'});
  await open(site, <Bar />);
  await click(START);
  await settle(() => site.api.plan(['one'], {source_hash: 'of-the-file'}));
  expect(screen.getByText(/This chapter was edited after this page was made/)).toBeTruthy();
  expect(screen.queryByText('Why this version?')).toBeNull();
  await expectAccessible();
});

test('what fell back is told in the server’s words and asked for again', async () => {
  const site = makeSite({isSignedIn: true});
  const notice = '1 of 2 sections are shown as the author wrote them.';
  await open(site, <Bar />);
  await click(START);
  await settle(() => site.api.plan(['one', 'two']));
  const kept = makeSection('two', {status: 'fallback', reason: 'It did not pass our checks.'});
  await settle(() => site.api.done([makeSection('one'), kept], {notice}));
  expect(screen.getByText(notice)).toBeTruthy();
  await expectAccessible();
  await click('Ask again');
  expect(site.api.asked.at(-1)).toEqual({chapter_id: 'chapter-01', refresh: true});
});

test.each([
  [1, true],
  [2, false],
])('of two sections %i waits for an instructor: asking again is offered: %s', async (n, offers) => {
  const site = makeSite({isSignedIn: true});
  const notice = 'Sections wait for an instructor.';
  const explanation = {
    transformations: [],
    writers: new Map(),
    reviews: new Map(),
    originals: new Map([['unaccepted', n]]),
  };
  await open(site, <Bar />);
  await click(START);
  await settle(() => site.api.plan(['one', 'two']));
  const kept = ['one', 'two'].map((id) => makeSection(id, {status: 'fallback'}));
  await settle(() => site.api.done(kept, {notice, explanation}));
  expect(screen.getByText(notice)).toBeTruthy();
  expect(screen.queryByRole('button', {name: 'Ask again'}) !== null).toBe(offers);
});

test('a notice without anything to ask for again has no button', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click(START);
  await settle(() => site.api.plan(['one']));
  await settle(() => site.api.done([makeSection('one')], {notice: 'No language model is set up.'}));
  expect(screen.getByText('No language model is set up.')).toBeTruthy();
  expect(screen.queryByRole('button', {name: 'Ask again'})).toBeNull();
});
