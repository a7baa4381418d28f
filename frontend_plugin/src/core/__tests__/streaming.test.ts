/** A chapter's stream: taken up where it breaks, given up where that makes no sense. */

import {expect, test} from 'vitest';
import type {Api} from '../api';
import type {PersonalizeRequest, StreamEvent} from '../types';
import {startClient} from './client';
import {events, hangUp, json, problem} from './server';
import type {WireEvent} from './server';
import {
  HASH,
  wireDone,
  wirePlan,
  wireSection,
  wireSectionEvent,
  wireStream,
  wireTokens,
} from './wire';

const STREAM = 'POST /personalize/stream';

async function follow(api: Api, request: PersonalizeRequest = {chapter_id: 'chapter-02'}) {
  const seen: StreamEvent[] = [];
  const outcome = await api
    .personalize(request, {onEvent: (event) => void seen.push(event)})
    .catch((error: unknown) => error);
  return {outcome, kinds: seen.map(({kind}) => kind), seen};
}

test('a chapter comes as plan, sections and done, and an old API has no blocks', async () => {
  const {server, api} = await startClient();
  server.on(STREAM, events(wireStream()));
  const request = {chapter_id: 'chapter-02', language: 'ur', source_hash: HASH};
  const {outcome, kinds, seen} = await follow(api, request);
  expect(kinds).toEqual(['plan', 'section', 'section', 'section', 'done']);
  expect(outcome).toMatchObject({title: 'ROS 2', direction: 'rtl', llm_provider: 'claude'});
  expect(seen[1]).toMatchObject({data: {index: 0, section: {blocks: null, elements: null}}});
  const [asked] = server.askedFor(STREAM);
  expect(JSON.parse(asked?.body ?? '')).toEqual({...request, inline: false});
  expect(asked?.headers.accept).toBe('text/event-stream');
  expect(asked?.headers['last-event-id']).toBeUndefined();
});

test('blocks, elements and images are kept as they come', async () => {
  const {server, api} = await startClient();
  const native = {native: 0, kind: 'code', text_hash: HASH, element: 2};
  const rich = {blocks: [{markdown: 'نثر'}, native], elements: 3, images: ['./a.png']};
  server.on(STREAM, events([wirePlan(), wireSectionEvent(0, rich), wireDone()]));
  const {seen} = await follow(api);
  expect(seen[1]).toMatchObject({data: {section: rich}});
});

test('who wrote what, and what was done, are read; an unknown writer is left out', async () => {
  const {server, api} = await startClient();
  const effect = {id: 'urdu-translation', title: 'Urdu', sections: 3, notes: 0};
  const explanation = {
    transformations: [effect],
    writers: [{writer: 'model', sections: 3, notes: 0}],
    reviews: {passed: 2, none: 1},
    originals: {},
  };
  const written = {writer: 'model', review: 'passed'};
  const odd = {writer: 'nobody', review: 7};
  const sections = [wireSectionEvent(0, written), wireSectionEvent(1, odd)];
  server.on(STREAM, events([wirePlan(), ...sections, wireDone({explanation})]));
  const {outcome, seen} = await follow(api);
  expect(seen[1]).toMatchObject({data: {section: written}});
  expect(seen[2]).not.toHaveProperty('data.section.writer');
  expect(outcome).toMatchObject({
    explanation: {
      transformations: [effect],
      writers: new Map([['model', 3]]),
      reviews: new Map(Object.entries(explanation.reviews)),
      originals: new Map(),
    },
  });
});

test('a broken connection is taken up with the id of the last event', async () => {
  const {server, api, sleep} = await startClient();
  server.on(
    STREAM,
    events([wirePlan(), wireSectionEvent(0)], 'break'),
    events([wirePlan(), wireSectionEvent(1)], 'end'),
    events([wirePlan(), wireSectionEvent(2), wireDone()]),
  );
  const {outcome, kinds} = await follow(api);
  expect(outcome).toMatchObject({title: 'ROS 2'});
  expect(kinds.filter((kind) => kind === 'section')).toHaveLength(3);
  expect(server.askedFor(STREAM).map(({headers}) => headers['last-event-id'])).toEqual([
    undefined,
    'r-1',
    'r-3',
  ]);
  expect(sleep).toHaveBeenCalledTimes(2);
});

test('a refresh is asked for again only while no plan has come', async () => {
  const {server, api} = await startClient();
  server.on(STREAM, hangUp(), events([wirePlan()], 'break'), events(wireStream()));
  await follow(api, {chapter_id: 'chapter-02', refresh: true});
  expect(server.askedFor(STREAM).map(({body}) => JSON.parse(body).refresh)).toEqual([
    true,
    true,
    undefined,
  ]);
});

test('a stream that keeps breaking is given up after four tries with growing pauses', async () => {
  const {server, api, sleep} = await startClient();
  server.on(STREAM, events([wirePlan(), wireSectionEvent(0)], 'break'));
  const {outcome, kinds} = await follow(api);
  expect(outcome).toMatchObject({failure: {kind: 'interrupted'}});
  expect(kinds).toContain('section');
  expect(server.askedFor(STREAM)).toHaveLength(5);
  const pauses = sleep.mock.calls.map(([ms]) => ms);
  expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
});

test('tries are counted anew when something new has come', async () => {
  const {server, api} = await startClient();
  const broken = [0, 1, 2].flatMap((index) => [
    events([wirePlan()], 'break'),
    events([wirePlan()], 'end'),
    hangUp(),
    events([wirePlan(), wireSectionEvent(index)], 'break'),
  ]);
  server.on(STREAM, ...broken, events(wireStream()));
  expect((await follow(api)).outcome).toMatchObject({title: 'ROS 2'});
});

test('an API that is not there is tried twice more, and told as offline', async () => {
  const {server, api, sleep} = await startClient();
  server.on(STREAM, hangUp());
  expect((await follow(api)).outcome).toMatchObject({failure: {kind: 'offline'}});
  expect(server.askedFor(STREAM)).toHaveLength(3);
  expect(sleep).toHaveBeenCalledTimes(2);
});

test('a stream that ends whole without a word is not asked for again', async () => {
  const {server, api} = await startClient();
  server.on(STREAM, events([]));
  expect((await follow(api)).outcome).toMatchObject({failure: {kind: 'interrupted'}});
  expect(server.askedFor(STREAM)).toHaveLength(1);
});

test('a server that restarts behind its proxy is waited for, once something has come', async () => {
  const {server, api} = await startClient();
  server.on(STREAM, events([wirePlan()], 'break'), problem(502), events(wireStream()));
  expect((await follow(api)).outcome).toMatchObject({title: 'ROS 2'});

  server.on(STREAM, problem(503, {detail: 'The database does not answer.'}));
  expect((await follow(api)).outcome).toMatchObject({
    failure: {kind: 'unavailable', detail: 'The database does not answer.'},
  });
});

test.each([
  [401, 'signed-out'],
  [404, 'not-found'],
  [422, 'invalid'],
  [429, 'limit'],
])('a refusal with %i on resumption is final', async (status, kind) => {
  const {server, api} = await startClient();
  server.on('POST /auth/refresh', problem(401));
  server.on(STREAM, events([wirePlan()], 'break'), problem(status));
  const {outcome} = await follow(api);
  expect(outcome).toMatchObject({failure: {kind}});
  expect(server.askedFor(STREAM)).toHaveLength(2);
});

test('a token that ends while a chapter streams is renewed on resumption', async () => {
  const {server, api} = await startClient();
  server.on('POST /auth/refresh', json(wireTokens('next')));
  server.on(STREAM, events([wirePlan()], 'break'), problem(401), events(wireStream()));
  expect((await follow(api)).outcome).toMatchObject({title: 'ROS 2'});
  expect(server.askedFor(STREAM).at(-1)?.headers).toMatchObject({
    authorization: 'Bearer access-next',
    'last-event-id': 'r-0',
  });
});

test('an error event is the failure that it names, and final', async () => {
  const {server, api} = await startClient();
  const data = {type: 'urn:x', title: 'No', status: 503, detail: 'The database does not answer.'};
  server.on(STREAM, events([wirePlan(), {event: 'error', data}]));
  const {outcome, kinds} = await follow(api);
  expect(outcome).toMatchObject({failure: {kind: 'unavailable', detail: data.detail}});
  expect(kinds).toEqual(['plan']);
  expect(server.askedFor(STREAM)).toHaveLength(1);
});

const MALFORMED: readonly WireEvent[] = [
  {event: 'plan', data: '{"half'},
  {event: 'plan', data: 'null'},
  {event: 'plan', data: []},
  {event: 'section', data: {index: 'one', section: wireSection('one')}},
  {event: 'section', data: {index: 0, section: wireSection('one', {status: 'new'})}},
  {event: 'section', data: {index: 0, section: wireSection('one', {headings: [{level: 2}]})}},
  {event: 'section', data: {index: 0, section: wireSection('one', {blocks: [{native: 1}]})}},
  {event: 'done', data: {sections: 5}},
  {event: 'error', data: 'What?'},
];

test.each(MALFORMED)('a malformed $event ($data) is final', async (event) => {
  const {server, api} = await startClient();
  server.on(STREAM, events([wirePlan(), event, ...wireStream()]));
  const {outcome} = await follow(api);
  expect(outcome).toMatchObject({failure: {kind: 'unavailable'}});
  expect(server.askedFor(STREAM)).toHaveLength(1);
});

test('events of a later API are passed over', async () => {
  const {server, api} = await startClient();
  server.on(STREAM, events([{event: 'weather', data: 'sunny'}, ...wireStream()]));
  expect((await follow(api)).kinds).not.toContain('weather');
});

test('a page in place of a stream is no stream', async () => {
  const {server, api} = await startClient();
  server.on(STREAM, json({}));
  expect((await follow(api)).outcome).toMatchObject({failure: {kind: 'unavailable'}});
});

test('a stream that goes silent, or floods us, is taken up again', async () => {
  const limits = {idleMs: 40, mostCharacters: 20_000};
  const {server, api} = await startClient({limits});
  const flood = {event: 'section', data: 'x'.repeat(30_000)};
  server.on(STREAM, events([wirePlan()], 'hang'), events([flood]), events(wireStream()));
  expect((await follow(api)).outcome).toMatchObject({title: 'ROS 2'});
  expect(server.askedFor(STREAM)).toHaveLength(3);
});

test('who gives up hears nothing more, and the connection is closed', async () => {
  const {server, api, sleep} = await startClient();
  let closed: () => void = () => undefined;
  const isClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  server.on(STREAM, (response, asked) => {
    response.on('close', closed);
    return events([wirePlan(), wireSectionEvent(0)], 'hang')(response, asked);
  });
  const abort = new AbortController();
  const seen: string[] = [];
  const outcome = api.personalize(
    {chapter_id: 'chapter-02'},
    {
      signal: abort.signal,
      onEvent: ({kind}) => {
        seen.push(kind);
        abort.abort();
      },
    },
  );
  await expect(outcome).rejects.toMatchObject({name: 'AbortError'});
  await isClosed;
  expect(seen).toEqual(['plan']);
  expect(sleep).not.toHaveBeenCalled();
});

test('who gives up in a pause waits no longer', async () => {
  const {server, api} = await startClient({sleep: undefined});
  server.on(STREAM, events([wirePlan()], 'break'));
  const abort = new AbortController();
  const outcome = api.personalize(
    {chapter_id: 'chapter-02'},
    {signal: abort.signal, onEvent: () => setTimeout(() => abort.abort(), 60)},
  );
  await expect(outcome).rejects.toMatchObject({name: 'AbortError'});
  expect(server.askedFor(STREAM)).toHaveLength(1);
});
