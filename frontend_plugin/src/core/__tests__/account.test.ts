/** Who is reading, as the page knows it. */

import {afterEach, expect, test} from 'vitest';
import {createAccountStore} from '../account';
import {createApi} from '../api';
import {readTokenPair} from '../decoding';
import {setAccessTokenProvider} from '../external';
import {DEFAULT_ONBOARDING} from '../profile';
import {createTokens} from '../tokens';
import type {AccountState, AccountStore} from '../types';
import {empty, hangUp, json, problem, startServer} from './server';
import type {TestServer} from './server';
import {startBrowser} from './storage';
import type {Browser} from './storage';
import {wireAccount, wireTokens} from './wire';

afterEach(() => setAccessTokenProvider(null));

function openTab(server: TestServer, browser: Browser, external = false) {
  const tokens = createTokens(server.url, {...browser.openTab(), external});
  const store = createAccountStore(createApi({apiUrl: server.url, tokens}), tokens);
  const history: AccountState[] = [];
  store.subscribe(() => void history.push(store.getSnapshot()));
  return {tokens, store, history};
}

function until(store: AccountStore, phase: AccountState['phase']): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (store.getSnapshot().phase === phase) resolve();
    };
    store.subscribe(check);
    check();
  });
}

async function openSite(external = false) {
  const server = await startServer();
  server.on('GET /me', json(wireAccount()));
  const browser = startBrowser();
  return {server, browser, ...openTab(server, browser, external)};
}

test('nothing is known before the browser’s storage was read', async () => {
  const {store} = await openSite();
  expect(store.getSnapshot()).toEqual({phase: 'unknown', account: null, external: false});
  await store.start();
  expect(store.getSnapshot().phase).toBe('signed-out');
});

test('who comes back is signed in', async () => {
  const {store, tokens, history} = await openSite();
  tokens.keep(readTokenPair(wireTokens('start')));
  expect(history).toHaveLength(0);
  await store.start();
  expect(history.map(({phase}) => phase)).toEqual(['signing-in', 'signed-in']);
  expect(store.getSnapshot().account?.email).toBe('learner1@example.com');
});

test('who comes back while the API is away is not signed out by it', async () => {
  const {store, server, tokens} = await openSite();
  tokens.keep(readTokenPair(wireTokens('start')));
  server.on('GET /me', hangUp());
  await store.start();
  expect(store.getSnapshot()).toMatchObject({phase: 'signed-in', account: null});
  expect(tokens.hasSession()).toBe(true);
});

test('a session that has ended is signed out', async () => {
  const {store, server, tokens} = await openSite();
  tokens.keep(readTokenPair(wireTokens('start')));
  server.on('GET /me', problem(401));
  server.on('POST /auth/refresh', problem(401));
  await store.start();
  expect(store.getSnapshot()).toMatchObject({phase: 'signed-out', account: null});
});

test('signing up and in ends signed in, a refusal ends signed out and is told', async () => {
  const {store, server, history} = await openSite();
  await store.start();
  server.on('POST /auth/register', problem(409), json(wireTokens('new'), 201));
  server.on('POST /auth/token', json(wireTokens('old')));
  await expect(store.signUp('a@example.com', 'p')).rejects.toMatchObject({
    failure: {kind: 'conflict'},
  });
  expect(store.getSnapshot().phase).toBe('signed-out');
  await store.signUp('a@example.com', 'p', {role: 'Researcher'}, 'invitation');
  expect(store.getSnapshot().phase).toBe('signed-in');
  await store.signOut();
  expect(store.getSnapshot()).toMatchObject({phase: 'signed-out', account: null});
  await store.signIn('a@example.com', 'p');
  expect(history.at(-1)).toMatchObject({phase: 'signed-in', account: {role: 'learner'}});
  expect(server.askedFor('GET /me')).toHaveLength(0);
  expect(server.askedFor('POST /auth/register').map(({body}) => JSON.parse(body))).toEqual([
    {email: 'a@example.com', password: 'p', onboarding: {}},
    {email: 'a@example.com', password: 'p', onboarding: {role: 'Researcher'}, invite: 'invitation'},
  ]);
});

test('all tabs sign in and out together', async () => {
  const {store, server, browser} = await openSite();
  const other = openTab(server, browser);
  server.on('POST /auth/token', json(wireTokens('old')));
  server.on('POST /auth/refresh', json(wireTokens('next')));
  server.on('POST /auth/logout', empty());
  await Promise.all([store.start(), other.store.start()]);
  await store.signIn('a@example.com', 'p');
  await until(other.store, 'signed-in');
  await other.store.signOut();
  expect(store.getSnapshot()).toMatchObject({phase: 'signed-out', account: null});
});

test('an answer that is older than signing out is not believed', async () => {
  const {store, server, tokens} = await openSite();
  tokens.keep(readTokenPair(wireTokens('start')));
  let answer: () => void = () => undefined;
  server.on('GET /me', (response, asked) => {
    answer = () => void json(wireAccount())(response, asked);
    void store.signOut();
    answer();
  });
  await store.start();
  expect(store.getSnapshot().phase).toBe('signed-out');
});

test('answers are saved, the account is erased', async () => {
  const {store, server, tokens} = await openSite();
  tokens.keep(readTokenPair(wireTokens('start')));
  await store.start();
  const onboarding = {...DEFAULT_ONBOARDING, role: 'Instructor'};
  server.on('PUT /me/onboarding', json({...wireAccount(), onboarding}));
  server.on('PUT /me/password', empty());
  server.on('GET /me/export', json({account: 1}));
  server.on('DELETE /me', problem(503), empty());
  await store.saveOnboarding(onboarding);
  expect(store.getSnapshot().account?.onboarding.role).toBe('Instructor');
  await store.changePassword('p', 'q');
  expect((await store.exportData()).size).toBeGreaterThan(0);
  await expect(store.erase()).rejects.toMatchObject({failure: {kind: 'unavailable'}});
  expect(store.getSnapshot().phase).toBe('signed-in');
  await store.erase();
  expect(store.getSnapshot()).toMatchObject({phase: 'signed-out', account: null});
});

test('with the site’s own sign-in, the account is read as soon as there is a token', async () => {
  const {store, server} = await openSite(true);
  await store.start();
  expect(store.getSnapshot()).toEqual({phase: 'signed-out', account: null, external: true});
  expect(server.asked).toHaveLength(0);
  server.on('GET /me', json({...wireAccount(), email: null}));
  setAccessTokenProvider(() => Promise.resolve('theirs'));
  await until(store, 'signed-in');
  expect(store.getSnapshot().account?.email).toBeNull();
  expect(server.asked[0]?.headers.authorization).toBe('Bearer theirs');
  setAccessTokenProvider(null);
  await until(store, 'signed-out');
});
