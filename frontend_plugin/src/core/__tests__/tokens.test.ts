/** Sessions: silent renewal, several tabs, signing out everywhere, and the site's own sign-in. */

import {afterEach, expect, test, vi} from 'vitest';
import {readTokenPair} from '../decoding';
import {setAccessTokenProvider} from '../external';
import {createTokens} from '../tokens';
import type {Tokens} from '../tokens';
import {empty, hangUp, json, problem, startServer} from './server';
import type {TestServer} from './server';
import {startBrowser} from './storage';
import {wireTokens} from './wire';

const REFRESH = 'POST /auth/refresh';

afterEach(() => setAccessTokenProvider(null));

function pair(name: string, details = {}) {
  return readTokenPair(wireTokens(name, details));
}

/** Rotates as the server does: a token is good until its successor has one itself. */
function rotate(server: TestServer): void {
  let generation = 0;
  server.on(REFRESH, async (response, asked) => {
    const {refresh_token: token} = JSON.parse(asked.body);
    const isCurrent = token === (generation === 0 ? 'refresh-start' : `refresh-${generation}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (!isCurrent) return problem(401, {detail: 'This session is over.'})(response, asked);
    generation += 1;
    return json(wireTokens(String(generation)))(response, asked);
  });
}

test('who never signed in has no token, and nobody is asked', async () => {
  const server = await startServer();
  const tokens = createTokens(server.url, startBrowser().openTab());
  expect(tokens.hasSession()).toBe(false);
  expect(await tokens.find()).toBeNull();
  expect(await tokens.renew(null)).toBeNull();
  expect(server.asked).toHaveLength(0);
});

test('a fresh token is used as it is, one near its end is renewed first', async () => {
  const server = await startServer();
  rotate(server);
  let now = 1_000_000;
  const tokens = createTokens(server.url, {...startBrowser().openTab(), now: () => now});
  tokens.keep(pair('start', {expiresIn: 900}));
  expect(await tokens.find()).toBe('access-start');
  now += 869_000;
  expect(await tokens.find()).toBe('access-start');
  now += 2_000;
  expect(await tokens.find()).toBe('access-1');
  expect(await tokens.find()).toBe('access-1');
  expect(server.askedFor(REFRESH)).toHaveLength(1);
});

test('the access token is never stored', async () => {
  const browser = startBrowser();
  createTokens('http://api', browser.openTab()).keep(pair('start'));
  expect([...browser.stored.keys()]).toEqual(['chapterwise:http://api']);
  expect([...browser.stored.values()].join()).not.toContain('access-start');
});

test('many requests of a tab that are refused at once renew once', async () => {
  const server = await startServer();
  rotate(server);
  const tokens = createTokens(server.url, startBrowser().openTab());
  tokens.keep(pair('start'));
  const all = await Promise.all([1, 2, 3].map(() => tokens.renew('access-start')));
  expect(all).toEqual(['access-1', 'access-1', 'access-1']);
  expect(await tokens.renew('access-start')).toBe('access-1');
  expect(server.askedFor(REFRESH)).toHaveLength(1);
});

test.each([true, false])('two tabs renew at once and stay, locks: %s', async (withLocks) => {
  const server = await startServer();
  // Without locks it is the server's grace for the predecessor that helps.
  if (withLocks) rotate(server);
  else server.on(REFRESH, json(wireTokens('a')), json(wireTokens('b')));
  const browser = startBrowser({withLocks});
  const one = createTokens(server.url, browser.openTab());
  const other = createTokens(server.url, browser.openTab());
  one.keep(pair('start'));
  const found = await Promise.all([one.renew('access-start'), other.find()]);
  expect(found.every((token) => token !== null)).toBe(true);
  expect(one.hasSession() && other.hasSession()).toBe(true);
  if (withLocks) expect(found).toEqual(['access-1', 'access-2']);
});

test('without locks and grace, the tab that lost takes what the other has stored', async () => {
  const server = await startServer();
  const browser = startBrowser({withLocks: false});
  const one = createTokens(server.url, browser.openTab());
  const other = createTokens(server.url, browser.openTab());
  one.keep(pair('start'));
  server.on(
    REFRESH,
    (response, asked) => {
      other.keep(pair('other'));
      return problem(401)(response, asked);
    },
    json(wireTokens('next')),
  );
  expect(await one.renew('access-start')).toBe('access-next');
  expect(server.askedFor(REFRESH).map(({body}) => JSON.parse(body).refresh_token)).toEqual([
    'refresh-start',
    'refresh-other',
  ]);
});

test('signing out in one tab signs out the other, which is told once', async () => {
  const browser = startBrowser();
  const one = createTokens('http://api', browser.openTab());
  const other = createTokens('http://api', browser.openTab());
  const told = vi.fn();
  other.onChange(told);
  one.keep(pair('start'));
  expect(told).toHaveBeenCalledTimes(1);
  expect(one.forget()).toBe('refresh-start');
  expect(told).toHaveBeenCalledTimes(2);
  expect(other.hasSession()).toBe(false);
  expect(await other.find()).toBeNull();
});

test('a rotation in another tab is no news, somebody else signing in is', () => {
  const browser = startBrowser();
  const one = createTokens('http://api', browser.openTab());
  const other = createTokens('http://api', browser.openTab());
  one.keep(pair('start'));
  const told = vi.fn();
  other.onChange(told);
  one.keep(pair('next'));
  expect(told).not.toHaveBeenCalled();
  one.keep(pair('somebody', {id: 2}));
  expect(told).toHaveBeenCalledTimes(1);
});

test('a token of who was signed in before is not used for who is now', async () => {
  const server = await startServer();
  const browser = startBrowser();
  const one = createTokens(server.url, browser.openTab());
  const other = createTokens(server.url, browser.openTab());
  one.keep(pair('first'));
  server.on(REFRESH, json(wireTokens('second-again', {id: 2})));
  other.keep(pair('second', {id: 2}));
  expect(await one.find()).toBe('access-second-again');
});

test('who signs out while a renewal is under way stays signed out', async () => {
  const server = await startServer();
  const tokens: Tokens = createTokens(server.url, startBrowser().openTab());
  tokens.keep(pair('start'));
  server.on(REFRESH, (response, asked) => {
    tokens.forget();
    return json(wireTokens('late'))(response, asked);
  });
  expect(await tokens.renew('access-start')).toBeNull();
  expect(tokens.hasSession()).toBe(false);
});

test('a session that the server has ended is forgotten', async () => {
  const server = await startServer();
  server.on(REFRESH, problem(401, {detail: 'This session is over.'}));
  const tokens = createTokens(server.url, startBrowser().openTab());
  tokens.keep(pair('start'));
  const told = vi.fn();
  tokens.onChange(told);
  expect(await tokens.renew('access-start')).toBeNull();
  expect(tokens.hasSession()).toBe(false);
  expect(told).toHaveBeenCalledTimes(1);
});

test.each([
  ['offline', hangUp()],
  ['unavailable', problem(503)],
  ['unavailable', json({nothing: 'of ours'})],
  ['unavailable', empty(200)],
])('a renewal that cannot be made (%s) leaves the session alone', async (kind, answer) => {
  const server = await startServer();
  server.on(REFRESH, answer);
  const tokens = createTokens(server.url, startBrowser().openTab());
  tokens.keep(pair('start'));
  await expect(tokens.renew('access-start')).rejects.toMatchObject({failure: {kind}});
  expect(tokens.hasSession()).toBe(true);
});

test('a browser that forbids its storage keeps the session as long as the page', async () => {
  const refuse = (): never => {
    throw new Error('SecurityError');
  };
  const storage = {getItem: refuse, setItem: refuse, removeItem: refuse};
  const tokens = createTokens('http://api', {storage, locks: null, tabs: null});
  tokens.keep(pair('start'));
  expect(await tokens.find()).toBe('access-start');
  tokens.forget();
  expect(await tokens.find()).toBeNull();
});

test.each(['', '{', '5', 'null', '{"user": 1}', '[]'])('stored %j is no session', (text) => {
  const browser = startBrowser();
  browser.stored.set('chapterwise:http://api', text);
  expect(createTokens('http://api', browser.openTab()).hasSession()).toBe(false);
});

test('two APIs of one origin have a session each', () => {
  const browser = startBrowser();
  createTokens('http://one', browser.openTab()).keep(pair('start'));
  expect(createTokens('http://two', browser.openTab()).hasSession()).toBe(false);
});

test('the site’s own sign-in may come before or after, and change', async () => {
  const before = createTokens('http://api', {external: true});
  expect(await before.find()).toBeNull();
  const told = vi.fn();
  before.onChange(told);
  setAccessTokenProvider(() => Promise.resolve('theirs'));
  expect(told).toHaveBeenCalledTimes(1);
  expect(await before.find()).toBe('theirs');
  expect(await createTokens('http://api', {external: true}).find()).toBe('theirs');
  before.close();
  setAccessTokenProvider(null);
  expect(told).toHaveBeenCalledTimes(1);
});

test.each([() => Promise.reject(new Error('Their secret')), () => Promise.resolve('')])(
  'a sign-in of the site that fails has signed nobody in',
  async (provider) => {
    setAccessTokenProvider(provider);
    expect(await createTokens('http://api', {external: true}).find()).toBeNull();
  },
);

test('the site’s own token is asked for again when refused, and not used twice', async () => {
  let number = 1;
  setAccessTokenProvider(() => Promise.resolve(`theirs-${number}`));
  const tokens = createTokens('http://api', {external: true});
  expect(await tokens.renew('theirs-1')).toBeNull();
  number = 2;
  expect(await tokens.renew('theirs-1')).toBe('theirs-2');
});
