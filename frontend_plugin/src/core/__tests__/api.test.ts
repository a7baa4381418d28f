/** The API client against a real server: what it sends, and what it makes of every answer. */

import {expect, test} from 'vitest';
import {startClient} from './client';
import {empty, hangUp, json, problem} from './server';
import {wireAccount, wireTokens} from './wire';

test('an account is made, signed in, read, changed and erased as the API wants it', async () => {
  const {server, tokens, api} = await startClient({signedIn: false});
  server.on('POST /auth/register', json(wireTokens('new'), 201));
  server.on('POST /auth/token', json(wireTokens('old')));
  server.on('POST /auth/refresh', json(wireTokens('next')));
  server.on('GET /me', json(wireAccount()));
  server.on('PUT /me/onboarding', json(wireAccount()));
  server.on('PUT /me/password', empty());
  server.on('GET /me/export', json({account: {}}));
  server.on('DELETE /me', empty());
  server.on('POST /feedback', json({}, 201));

  const account = await api.register({
    email: 'a@example.com',
    password: 'p',
    invite: 'i',
    onboarding: {preferred_language: 'Urdu', language_tag: 'ur'},
  });
  expect(account).toEqual({
    email: 'learner1@example.com',
    role: 'learner',
    onboarding: wireAccount().onboarding,
  });
  await api.signIn('a&b@example.com', 'p=&+ü');
  await api.me();
  const inFrench = {preferred_language: 'Other', language_tag: 'fr'};
  await api.saveOnboarding({...account.onboarding, ...inFrench});
  await api.changePassword('p', 'q');
  expect(await (await api.exportData()).text()).toBe('{"account":{}}');
  await api.feedback({chapter_id: 'c', section: 's', helpful: false, comment: 'no'});
  expect(await api.refresh()).toBe(true);
  await api.erase();
  expect(tokens.hasSession()).toBe(false);

  const bodies = Object.fromEntries(
    server.asked.map(({method, path, body}) => [`${method} ${path}`, body]),
  );
  expect(JSON.parse(bodies['POST /auth/register'] ?? '')).toEqual({
    email: 'a@example.com',
    password: 'p',
    invite: 'i',
    onboarding: {preferred_language: 'Urdu'},
  });
  expect(Object.fromEntries(new URLSearchParams(bodies['POST /auth/token']))).toEqual({
    grant_type: 'password',
    username: 'a&b@example.com',
    password: 'p=&+ü',
  });
  expect(JSON.parse(bodies['PUT /me/onboarding'] ?? '')).toMatchObject({language_tag: 'fr'});
  expect(JSON.parse(bodies['PUT /me/password'] ?? '')).toEqual({
    current_password: 'p',
    new_password: 'q',
  });
  expect(server.askedFor('GET /me')[0]?.headers.authorization).toBe('Bearer access-old');
  expect(server.askedFor('DELETE /me')[0]?.headers.authorization).toBe('Bearer access-next');
});

test('signing out is done at once, whatever the API says to it', async () => {
  const {server, tokens, api} = await startClient();
  server.on('POST /auth/logout', hangUp());
  await api.signOut();
  expect(tokens.hasSession()).toBe(false);
  expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({refresh_token: 'refresh-start'});
  await api.signOut();
  expect(server.asked).toHaveLength(1);
});

test('a wrong password is said so, and renews nothing', async () => {
  const {server, api} = await startClient({signedIn: false});
  server.on('POST /auth/token', problem(401, {detail: 'The password is not right.'}));
  await expect(api.signIn('a@example.com', 'x')).rejects.toMatchObject({
    failure: {kind: 'signed-out', detail: 'The password is not right.'},
  });
  expect(server.asked).toHaveLength(1);
});

test('who is not signed in is told without asking the API', async () => {
  const {server, api} = await startClient({signedIn: false});
  await expect(api.me()).rejects.toMatchObject({failure: {kind: 'signed-out'}});
  expect(server.asked).toHaveLength(0);
});

test('a refused token is renewed once and the request sent again', async () => {
  const {server, api} = await startClient();
  server.on('POST /auth/refresh', json(wireTokens('next')));
  server.on('GET /me', problem(401), json(wireAccount()));
  expect((await api.me()).email).toBe('learner1@example.com');
  const sent = server.askedFor('GET /me').map(({headers}) => headers.authorization);
  expect(sent).toEqual(['Bearer access-start', 'Bearer access-next']);
});

test('a token that is refused even when new is not renewed for ever', async () => {
  const {server, api} = await startClient();
  server.on('POST /auth/refresh', json(wireTokens('next')));
  server.on('GET /me', problem(401, {detail: 'This account is not active.'}));
  await expect(api.me()).rejects.toMatchObject({failure: {kind: 'signed-out'}});
  expect(server.askedFor('POST /auth/refresh')).toHaveLength(1);
  expect(server.askedFor('GET /me')).toHaveLength(2);
});

test.each([
  [403, 'refused'],
  [404, 'not-found'],
  [409, 'conflict'],
  [413, 'refused'],
  [422, 'invalid'],
  [429, 'limit'],
  [500, 'unavailable'],
  [502, 'unavailable'],
  [503, 'unavailable'],
])('status %i is told as %s, with the server’s sentence', async (status, kind) => {
  const {server, api} = await startClient();
  server.on('GET /me', problem(status, {detail: '<b>Why</b>'}));
  await expect(api.me()).rejects.toMatchObject({
    name: 'ApiError',
    failure: {kind, detail: '<b>Why</b>', retryAfterS: null, fields: {}},
  });
});

test.each([
  ['17', 17],
  ['0', 0],
  [new Date(Date.now() - 5000).toUTCString(), 0],
  ['soon', null],
])('Retry-After %s is %s seconds', async (header, expected) => {
  const {server, api} = await startClient();
  server.on('GET /me', problem(429, {}, {'Retry-After': header}));
  await expect(api.me()).rejects.toMatchObject({failure: {kind: 'limit', retryAfterS: expected}});
});

test('what is wrong with a form stands beside its fields', async () => {
  const {server, api} = await startClient({signedIn: false});
  const fields = [
    {field: 'body.onboarding.role', message: 'is not one'},
    {field: 'body.email', message: 'needs an @'},
    {field: 'body.email', message: 'and more'},
    {field: 'body.requests.0', message: 'numbers are no names'},
    {field: 'body.__proto__', message: 'is a name like any other'},
    {field: 7, message: 'no name'},
    null,
  ];
  server.on('POST /auth/register', problem(422, {detail: 'Not valid.', fields}));
  const error = await api.register({email: '', password: ''}).catch((each: unknown) => each);
  expect(Object.entries((error as {failure: {fields: object}}).failure.fields)).toEqual([
    ['role', 'is not one'],
    ['email', 'needs an @'],
    ['requests', 'numbers are no names'],
    ['__proto__', 'is a name like any other'],
  ]);
});

test.each([
  ['<html>Bad gateway</html>', 'text/html', 502, 'unavailable'],
  ['{"broken', 'application/json', 400, 'refused'],
  ['null', 'application/json', 404, 'not-found'],
  ['{"detail": 5, "fields": {}}', 'application/json', 422, 'invalid'],
])('%s as a refusal is told without a sentence', async (body, type, status, kind) => {
  const {server, api} = await startClient();
  server.on('GET /me', (response) => {
    response.writeHead(status, {'Content-Type': type}).end(body);
  });
  await expect(api.me()).rejects.toMatchObject({failure: {kind, detail: null}});
});

test.each(['<html></html>', '', '5', 'null', '[]'])('%j is no account', async (body) => {
  const {server, api} = await startClient();
  server.on('GET /me', (response) => void response.writeHead(200).end(body));
  await expect(api.me()).rejects.toMatchObject({failure: {kind: 'unavailable'}});
});

test('an API that is not there is offline', async () => {
  const {server, api} = await startClient();
  await server.close();
  await expect(api.me()).rejects.toMatchObject({failure: {kind: 'offline', detail: null}});
});
