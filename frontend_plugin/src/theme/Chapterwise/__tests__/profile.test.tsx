// @vitest-environment jsdom
/** The page on which a reader sees and changes what is known of them. */

import React from 'react';
import {fireEvent, screen, within} from '@testing-library/react';
import {renderToString} from 'react-dom/server';
import {expect, test, vi} from 'vitest';
import ProfilePage from '@theme/Chapterwise/ProfilePage';

import {ACCOUNT, makeFailure} from './scripted';
import {button, click, expectAccessible, makeSite, open, Page, settle, type} from './site';

test('the server’s page waits, whoever will read it', () => {
  const html = renderToString(
    <Page site={makeSite({isSignedIn: true})} isBrowser={false}>
      <ProfilePage />
    </Page>,
  );
  expect(html).toContain('One moment…');
  expect(html).not.toContain('<form');
});

test('who is not signed in signs in there', async () => {
  const site = makeSite();
  await open(site, <ProfilePage />);
  await expectAccessible();
  await type('E-mail', 'ada@example.com');
  await type('Password', 'correct horse');
  await click('Sign in');
  expect(screen.getByText('ada@example.com')).toBeTruthy();
});

test('what was typed stays when signing in fails', async () => {
  const site = makeSite();
  site.api.refusals.set('signIn', makeFailure('signed-out'));
  await open(site, <ProfilePage />);
  await type('E-mail', 'ada@example.com');
  await type('Password', 'wrong');
  await click('Sign in');
  expect(screen.getByText(/do not go together/)).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>('E-mail').value).toBe('ada@example.com');
});

test('the answers are shown as they are, and saved', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <ProfilePage />);
  await expectAccessible();
  expect(screen.getByLabelText<HTMLInputElement>('I have just begun').checked).toBe(true);
  await settle(() => screen.getByLabelText('It is my craft').click());
  await click('Save');
  expect(site.api.saved).toEqual([{...ACCOUNT.onboarding, programming_experience: 'Advanced'}]);
  expect(screen.getByText(/^Saved\./)).toBeTruthy();
});

test('answers that the server refuses are not called saved', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <ProfilePage />);
  site.api.refusals.set('saveOnboarding', makeFailure('offline'));
  await click('Save');
  expect(screen.getByText(/The service cannot be reached/)).toBeTruthy();
  expect(screen.queryByText(/^Saved\./)).toBeNull();
});

test('the password is changed', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <ProfilePage />);
  await type('Current password', 'correct horse');
  await type('New password', 'short');
  await click('Change it');
  expect(site.api.calls).toEqual([]);
  expect(screen.getByLabelText('New password').getAttribute('aria-invalid')).toBe('true');
  await type('New password', 'battery staple');
  await click('Change it');
  expect(site.api.calls).toEqual(['changePassword correct horse battery staple']);
  expect(screen.getByText(/^Your password is changed/)).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>('New password').value).toBe('');
});

test('a wrong current password is told beside it', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <ProfilePage />);
  const fields = {current_password: 'is not right'};
  site.api.refusals.set('changePassword', makeFailure('invalid', {fields}));
  await type('Current password', 'wrong horse');
  await type('New password', 'battery staple');
  await click('Change it');
  expect(screen.getByText('That is not your current password.')).toBeTruthy();
});

test('everything that is held can be taken along', async () => {
  const made = vi.fn(() => 'blob:made');
  vi.stubGlobal('URL', Object.assign(URL, {createObjectURL: made, revokeObjectURL: vi.fn()}));
  const saved: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(
    this: HTMLAnchorElement,
  ) {
    saved.push(this.download);
  });
  await open(makeSite({isSignedIn: true}), <ProfilePage />);
  await click('Download everything we hold about you');
  expect(made).toHaveBeenCalledOnce();
  expect(saved).toEqual(['chapterwise-account.json']);
});

test('an account is erased only by who typed its address', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <ProfilePage />);
  const form = screen.getByText('Erase my account').closest('form');
  const field = screen.getByLabelText(/^Type “ada@example.com” to confirm/);
  await settle(() => fireEvent.change(field, {target: {value: 'ada'}}));
  await settle(() => form && fireEvent.submit(form));
  expect(site.api.calls).toEqual([]);
  expect(field.getAttribute('aria-invalid')).toBe('true');
  await settle(() => fireEvent.change(field, {target: {value: ' ada@example.com '}}));
  await settle(() => form && fireEvent.submit(form));
  expect(site.api.calls).toEqual(['erase']);
  expect(button('Sign in')).toBeTruthy();
});

test('who signs in elsewhere has no password here', async () => {
  const site = makeSite({isSignedIn: true, external: true});
  site.api.account = {...ACCOUNT, email: null};
  await open(site, <ProfilePage />);
  const page = within(screen.getByRole('main'));
  expect(page.queryByLabelText('Current password')).toBeNull();
  expect(page.queryByRole('button', {name: 'Sign out'})).toBeNull();
  expect(page.getByLabelText(/^Type “erase” to confirm/)).toBeTruthy();
});

test('who has not signed in elsewhere is told to', async () => {
  await open(makeSite({external: true}), <ProfilePage />);
  expect(screen.getByText('Sign in on this site first.')).toBeTruthy();
  expect(screen.queryByRole('textbox')).toBeNull();
});

test('signing out shows the way in', async () => {
  await open(makeSite({isSignedIn: true}), <ProfilePage />);
  await click('Sign out');
  expect(button('Sign in')).toBeTruthy();
});
