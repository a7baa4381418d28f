// @vitest-environment jsdom
/** From the first click of somebody nobody knows to their chapter. */

import React from 'react';
import {fireEvent, screen} from '@testing-library/react';
import {expect, test} from 'vitest';
import Bar from '@theme/Chapterwise/Bar';

import type {Failure, FailureKind} from '../../../core/types';
import {makeFailure, makeSection} from './scripted';
import {
  button,
  click,
  escape,
  expectAccessible,
  makeSite,
  open,
  settle,
  type,
  type Site,
} from './site';

const START = 'Personalize this chapter';

async function submit(): Promise<void> {
  await settle(() => {
    const form = document.querySelector('dialog form');
    if (form) fireEvent.submit(form);
  });
}

async function openSignUp(): Promise<Site> {
  const site = makeSite();
  await open(site, <Bar />);
  await click(START);
  return site;
}

test('sign up, five questions, and the chapter starts by itself', async () => {
  const site = await openSignUp();
  expect(screen.getByRole('dialog', {name: 'Create an account'})).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText('E-mail'));
  await expectAccessible();
  await type('E-mail', ' ada@example.com ');
  await type('Password', 'correct horse');
  await submit();
  expect(site.api.registered).toEqual([{email: 'ada@example.com', password: 'correct horse'}]);

  expect(screen.getByRole('dialog', {name: 'Five questions about you'})).toBeTruthy();
  expect(site.api.asked).toEqual([]);
  await expectAccessible();
  await settle(() => screen.getByLabelText('I do research').click());
  await settle(() => screen.getByLabelText('A Jetson kit').click());
  await submit();
  expect(site.api.saved).toEqual([
    {
      role: 'Researcher',
      programming_experience: 'Beginner',
      robotics_experience: 'None',
      preferred_language: 'English',
      hardware_availability: 'Jetson Kit',
    },
  ]);
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(site.api.asked).toEqual([{chapter_id: 'chapter-01'}]);
  await settle(() => site.api.plan(['one']));
  await settle(() => site.api.done([makeSection('one')]));
  expect(button('For you')).toBeTruthy();
});

test('the questions can be left for later', async () => {
  const site = await openSignUp();
  await type('E-mail', 'ada@example.com');
  await type('Password', 'correct horse');
  await submit();
  await click('Skip for now');
  expect(site.api.saved).toEqual([]);
  expect(site.api.asked).toHaveLength(1);
});

test('Escape at the questions leaves them for later, too', async () => {
  const site = await openSignUp();
  await type('E-mail', 'ada@example.com');
  await type('Password', 'correct horse');
  await submit();
  await escape();
  expect(site.api.asked).toHaveLength(1);
});

test('who has an account signs in, and the chapter starts', async () => {
  const site = await openSignUp();
  await click('Sign in');
  expect(screen.getByRole('dialog', {name: 'Sign in'})).toBeTruthy();
  await type('E-mail', 'ada@example.com');
  await type('Password', 'short');
  await submit();
  expect(site.api.calls).toEqual(['signIn ada@example.com']);
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(site.api.asked).toHaveLength(1);
});

test('who closes the dialog asks for nothing, and has the focus back', async () => {
  const site = await openSignUp();
  await escape();
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(document.activeElement).toBe(button(START));
  await settle(() => site.tokens.change(true));
  expect(site.api.asked).toEqual([]);
});

test('who signs in from the bar’s end is asked nothing else', async () => {
  const site = makeSite();
  await open(site, <Bar />);
  await click('Sign in');
  await type('E-mail', 'ada@example.com');
  await type('Password', 'correct horse');
  await submit();
  expect(site.api.asked).toEqual([]);
  expect(button('Account')).toBeTruthy();
});

test('what is wrong with a field stands beside it, and the first has the focus', async () => {
  const site = await openSignUp();
  await type('E-mail', 'ada');
  await type('Password', 'short');
  await submit();
  expect(site.api.registered).toEqual([]);
  const email = screen.getByLabelText('E-mail');
  expect(document.activeElement).toBe(email);
  expect(email.getAttribute('aria-invalid')).toBe('true');
  expect(described(email)).toContain('not an e-mail address');
  expect(described(screen.getByLabelText('Password'))).toContain('Eight characters or more');
  await expectAccessible();
});

test.each<[FailureKind, Partial<Failure>, string, string]>([
  ['conflict', {detail: 'Taken.'}, 'E-mail', 'There is an account with this address already.'],
  ['invalid', {fields: {email: 'is odd'}}, 'E-mail', 'not an e-mail address'],
  ['invalid', {fields: {password: 'too short'}}, 'Password', 'Eight characters or more'],
])('the server’s %s %o stands beside its field', async (kind, details, label, words) => {
  const site = await openSignUp();
  site.api.refusals.set('register', makeFailure(kind, details));
  await type('E-mail', 'ada@example.com');
  await type('Password', 'correct horse');
  await submit();
  expect(described(screen.getByLabelText(label))).toContain(words);
  expect(screen.getByLabelText(label).getAttribute('aria-invalid')).toBe('true');
});

test('an invitation is asked for when the server needs one, and sent', async () => {
  const site = await openSignUp();
  const detail = 'Nobody comes in here without being asked.';
  site.api.refusals.set('register', makeFailure('refused', {detail, fields: {invite: detail}}));
  await type('E-mail', 'ada@example.com');
  await type('Password', 'correct horse');
  expect(screen.queryByLabelText('Invitation code')).toBeNull();
  await submit();
  expect(screen.getByText(detail)).toBeTruthy();
  await submit();
  expect(described(screen.getByLabelText('Invitation code'))).toContain('not an invitation code');
  await type('Invitation code', 'abc');
  await submit();
  expect(site.api.registered.at(-1)?.invite).toBe('abc');
});

test.each<[FailureKind, Partial<Failure>, string]>([
  ['signed-out', {}, 'This e-mail address and password do not go together.'],
  ['limit', {retryAfterS: 120}, 'You can try again in 2 minutes.'],
  ['offline', {}, 'The service cannot be reached.'],
])('signing in: %s is told above the form', async (kind, details, words) => {
  const site = await openSignUp();
  await click('Sign in');
  site.api.refusals.set('signIn', makeFailure(kind, details));
  await type('E-mail', 'ada@example.com');
  await type('Password', 'wrong');
  await submit();
  const alert = document.querySelector('dialog [role=alert]');
  expect(alert?.textContent).toContain(words);
  expect(screen.getByLabelText<HTMLInputElement>('E-mail').value).toBe('ada@example.com');
});

test('password managers are told what is what, and the password can be seen', async () => {
  await openSignUp();
  const fields = (): readonly (string | null)[] =>
    ['E-mail', 'Password'].map((label) =>
      screen.getByLabelText(label, {selector: 'input'}).getAttribute('autocomplete'),
    );
  expect(fields()).toEqual(['username', 'new-password']);
  const password = screen.getByLabelText('Password');
  expect(password.getAttribute('type')).toBe('password');
  await click('Show the password');
  expect(password.getAttribute('type')).toBe('text');
  await click('Sign in');
  expect(fields()).toEqual(['username', 'current-password']);
});

test('another language needs its tag', async () => {
  const site = await openSignUp();
  await type('E-mail', 'ada@example.com');
  await type('Password', 'correct horse');
  await submit();
  await settle(() => screen.getByLabelText('Another').click());
  await submit();
  const tag = screen.getByLabelText('Which one?');
  expect(described(tag)).toContain('for example fr, de or pt-BR');
  await type('Which one?', 'pt-BR');
  await submit();
  expect(site.api.saved[0]).toMatchObject({preferred_language: 'Other', language_tag: 'pt-BR'});
});

test('the menu has the profile and the way out, and closes by Escape', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Account');
  expect(screen.getByText('ada@example.com')).toBeTruthy();
  expect(screen.getByRole('link', {name: 'Your profile'}).getAttribute('href')).toBe(
    '/personalize/profile',
  );
  await expectAccessible();
  await settle(() => fireEvent.keyDown(document, {key: 'Escape'}));
  expect(screen.queryByText('ada@example.com')).toBeNull();
  expect(document.activeElement).toBe(button('Account'));
  await click('Account');
  await click('Sign out');
  expect(button('Sign in')).toBeTruthy();
});

/** What a screen reader says of a field beside its name. */
function described(field: HTMLElement): string {
  const ids = field.getAttribute('aria-describedby')?.split(' ') ?? [];
  return ids.map((id) => document.getElementById(id)?.textContent).join(' ');
}
