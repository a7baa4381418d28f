// @vitest-environment jsdom
/** What was chosen is there again on the next page, and after the reader has signed out no more. */

import React from 'react';
import {screen} from '@testing-library/react';
import {expect, test} from 'vitest';
import Bar from '@theme/Chapterwise/Bar';

import {findChoice, keepChoice} from '../../../core/choice';
import {makeSection} from './scripted';
import {click, makeSite, open, settle, type} from './site';
import type {Site} from './site';

const KEY = 'chapterwise.choice';

async function openAnother(isSignedIn = true): Promise<Site> {
  document.body.replaceChildren();
  const site = makeSite({isSignedIn});
  await open(site, <Bar />);
  return site;
}

test('who reads their own version gets that of the next page, in the same language', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await type(/Language/, 'ur');
  expect(findChoice()).toEqual({isPersonalized: false, language: 'ur'});
  await click('Personalize this chapter');
  await settle(() => site.api.plan(['one']));
  await settle(() => site.api.done([makeSection('one')]));

  const next = await openAnother();
  expect(next.api.asked).toEqual([{chapter_id: 'chapter-01', language: 'ur'}]);
  expect(screen.getByRole<HTMLSelectElement>('combobox').value).toBe('ur');
});

test('who went back to the original begins the next page with it', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  await settle(() => site.api.plan(['one']));
  await settle(() => site.api.done([makeSection('one')]));
  await click('Original');

  const next = await openAnother();
  expect(next.api.asked).toEqual([]);
});

test('nothing is asked for before it is known that somebody is signed in', async () => {
  keepChoice({isPersonalized: true, language: null});
  const next = await openAnother(false);
  expect(next.api.asked).toEqual([]);
  expect(document.querySelector('dialog[open]')).toBeNull();
});

test('whoever signs out leaves no choice behind', async () => {
  const site = makeSite({isSignedIn: true});
  keepChoice({isPersonalized: true, language: 'ur'});
  await site.account.signOut();
  expect(findChoice()).toBeNull();
});

test.each(['', 'no JSON', '7', '{"isPersonalized": "yes"}', '[]'])(
  'what somebody else has kept there is no choice: %s',
  async (text) => {
    localStorage.setItem(KEY, text);
    expect(findChoice()).toBeNull();
    const next = await openAnother();
    expect(next.api.asked).toEqual([]);
  },
);
