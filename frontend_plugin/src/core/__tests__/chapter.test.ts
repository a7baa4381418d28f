/** The chapter on a page, driven through every order of events by a real server. */

import {expect, test, vi} from 'vitest';
import {createApi} from '../api';
import {createChapterStore} from '../chapter';
import {readTokenPair} from '../decoding';
import {createTokens} from '../tokens';
import type {ChapterState, ChapterStore} from '../types';
import {events, hangUp, json, problem, startServer} from './server';
import type {TestServer} from './server';
import {startBrowser} from './storage';
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

interface Page {
  readonly server: TestServer;
  readonly store: ChapterStore;
  /** Every snapshot that a listener was told of. */
  readonly history: ChapterState[];
}

type Hash = () => Promise<string | null>;

async function openPage(sourceHash: Hash = () => Promise.resolve(HASH)): Promise<Page> {
  const server = await startServer();
  const tokens = createTokens(server.url, startBrowser().openTab());
  tokens.keep(readTokenPair(wireTokens('start')));
  const api = createApi({apiUrl: server.url, tokens, sleep: () => Promise.resolve()});
  const store = createChapterStore({api, chapterId: 'chapter-02', sourceHash});
  const history: ChapterState[] = [];
  store.subscribe(() => void history.push(store.getSnapshot()));
  return {server, store, history};
}

function until(store: ChapterStore, holds: (state: ChapterState) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!holds(store.getSnapshot())) return;
      stop();
      resolve();
    };
    const stop = store.subscribe(check);
    check();
  });
}

function phases(history: readonly ChapterState[]): readonly string[] {
  return history.map(({phase}) => phase).filter((phase, index, all) => phase !== all[index - 1]);
}

test('a page begins with the author’s text', async () => {
  const {store} = await openPage();
  expect(store.getSnapshot()).toMatchObject({phase: 'idle', view: 'original', plan: null});
});

test('a chapter is planned, streamed and done, and shown from the first event on', async () => {
  const {server, store, history} = await openPage();
  server.on(STREAM, events(wireStream()));
  await store.personalize();
  expect(phases(history)).toEqual(['planning', 'streaming', 'done']);
  expect(history[1]).toMatchObject({view: 'personalized', total: 3});
  expect(history.slice(1, 5).map(({sections}) => sections.size)).toEqual([0, 1, 2, 3]);
  expect(store.getSnapshot().done).toMatchObject({llm_provider: 'claude'});
  expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
    chapter_id: 'chapter-02',
    inline: false,
    source_hash: HASH,
  });
});

test('a snapshot stays the same object until something changes', async () => {
  const {server, store, history} = await openPage();
  server.on(STREAM, events(wireStream()));
  await store.personalize();
  const before = store.getSnapshot();
  store.show('personalized');
  store.stop();
  expect(store.getSnapshot()).toBe(before);
  expect(new Set(history).size).toBe(history.length);
});

test('sections that came stay the same objects when the last event repeats them', async () => {
  const {server, store, history} = await openPage();
  server.on(STREAM, events(wireStream()));
  await store.personalize();
  const streamed = history.at(-2)?.sections;
  expect(store.getSnapshot().sections.get('one')).toBe(streamed?.get('one'));
});

test('the last event corrects what came before', async () => {
  const {server, store} = await openPage();
  const fallback = wireSection('two', {status: 'fallback', reason: 'It could not be checked.'});
  const sections = [wireSection('one'), fallback, wireSection('three', {status: 'original'})];
  server.on(STREAM, events([wirePlan(), wireSectionEvent(0), wireDone({sections})]));
  await store.personalize();
  const statuses = [...store.getSnapshot().sections.values()].map(({status}) => status);
  expect(statuses).toEqual(['rewritten', 'fallback', 'original']);
});

test('showing the original and back asks nobody', async () => {
  const {server, store} = await openPage();
  server.on(STREAM, events(wireStream()));
  store.show('personalized');
  expect(store.getSnapshot().view).toBe('original');
  await store.personalize();
  store.show('original');
  expect(store.getSnapshot()).toMatchObject({view: 'original', phase: 'done'});
  store.show('personalized');
  expect(store.getSnapshot().view).toBe('personalized');
  expect(server.askedFor(STREAM)).toHaveLength(1);
});

test('who has gone back to the original while it streams is left there', async () => {
  const {server, store} = await openPage();
  server.on(STREAM, events([wirePlan()], 'break'), events(wireStream()));
  const stop = store.subscribe(() => {
    if (store.getSnapshot().plan !== null) store.show('original');
  });
  const answer = store.personalize();
  await until(store, ({view, plan}) => plan !== null && view === 'original');
  stop();
  await answer;
  expect(store.getSnapshot()).toMatchObject({phase: 'done', view: 'original'});
});

test('a stream that is taken up again keeps what has come', async () => {
  const {server, store, history} = await openPage();
  server.on(
    STREAM,
    events([wirePlan(), wireSectionEvent(0)], 'break'),
    events([wirePlan(), wireSectionEvent(1), wireSectionEvent(2), wireDone()]),
  );
  await store.personalize();
  const sizes = history.map(({sections}) => sections.size);
  expect(sizes).toEqual([...sizes].sort());
  expect(store.getSnapshot().phase).toBe('done');
});

test('when the plan has changed meanwhile, nothing of the old one stays', async () => {
  const {server, store, history} = await openPage();
  server.on(
    STREAM,
    events([wirePlan(), wireSectionEvent(0)], 'break'),
    events([wirePlan({plan_hash: 'p2'}), wireSectionEvent(1), wireDone({plan_hash: 'p2'})]),
  );
  await store.personalize();
  const second = history.find(({plan}) => plan?.plan_hash === 'p2');
  expect(second?.sections.size).toBe(0);
});

test('a stream that breaks off for good is a failure, and what has come stays', async () => {
  const {server, store} = await openPage();
  server.on(STREAM, events([wirePlan(), wireSectionEvent(0)], 'break'));
  await store.personalize();
  const state = store.getSnapshot();
  expect(state).toMatchObject({
    phase: 'failed',
    view: 'personalized',
    failure: {kind: 'interrupted'},
  });
  expect([...state.sections.keys()]).toEqual(['one']);
  expect(state.done).toBeNull();
});

test.each([
  ['offline', hangUp()],
  ['limit', problem(429, {detail: 'Enough for now.'}, {'Retry-After': '60'})],
  ['not-found', problem(404)],
  ['unavailable', problem(503)],
])('a failure before the plan (%s) can be tried again', async (kind, answer) => {
  const {server, store} = await openPage();
  server.on(STREAM, answer);
  await store.personalize();
  expect(store.getSnapshot()).toMatchObject({phase: 'failed', view: 'original', failure: {kind}});
  server.on(STREAM, events(wireStream()));
  await store.personalize();
  expect(store.getSnapshot()).toMatchObject({phase: 'done', failure: null});
});

test('who was signed out elsewhere is told so', async () => {
  const {server, store} = await openPage();
  server.on('POST /auth/refresh', problem(401));
  server.on(STREAM, problem(401));
  await store.personalize();
  expect(store.getSnapshot().failure).toMatchObject({kind: 'signed-out'});
});

test('an error in the middle of a stream keeps what has come', async () => {
  const {server, store} = await openPage();
  const error = {event: 'error', data: {status: 503, detail: 'The database does not answer.'}};
  server.on(STREAM, events([wirePlan(), wireSectionEvent(0), error]));
  await store.personalize();
  expect(store.getSnapshot()).toMatchObject({
    phase: 'failed',
    failure: {kind: 'unavailable', detail: 'The database does not answer.'},
  });
  expect(store.getSnapshot().sections.size).toBe(1);
});

test('a failed second request leaves the first one’s chapter on the page', async () => {
  const {server, store} = await openPage();
  server.on(STREAM, events(wireStream()), problem(429));
  await store.personalize();
  await store.personalize({language: 'en'});
  expect(store.getSnapshot()).toMatchObject({phase: 'failed', view: 'personalized'});
  expect(store.getSnapshot().sections.size).toBe(3);
});

test('another language is kept for the next request, and given up by null', async () => {
  const {server, store} = await openPage();
  server.on(STREAM, events(wireStream()));
  await store.personalize({language: 'fr'});
  await store.personalize({refresh: true});
  await store.personalize({language: null});
  const bodies = server.askedFor(STREAM).map(({body}) => JSON.parse(body));
  expect(bodies.map(({language}) => language)).toEqual(['fr', 'fr', undefined]);
  expect(bodies.map(({refresh}) => refresh)).toEqual([undefined, true, undefined]);
  expect(store.getSnapshot().language).toBeNull();
});

test('a new request gives up the one under way, and none of its events lands', async () => {
  const {server, store, history} = await openPage();
  server.on(
    STREAM,
    events([wirePlan(), wireSectionEvent(0)], 'hang'),
    events([wirePlan({plan_hash: 'p2', language: 'en'}), wireDone({language: 'en'})]),
  );
  const first = store.personalize();
  await until(store, ({sections}) => sections.size === 1);
  const mark = history.length;
  await store.personalize({language: 'en'});
  await first;
  const later = history.slice(mark + 1);
  expect(later.every(({plan}) => plan?.plan_hash === 'p2')).toBe(true);
  expect(store.getSnapshot()).toMatchObject({phase: 'done', done: {language: 'en'}});
});

test('two requests at the same moment end as the second', async () => {
  const {server, store} = await openPage();
  server.on(STREAM, events(wireStream()));
  await Promise.all([store.personalize({language: 'fr'}), store.personalize({language: 'ur'})]);
  expect(server.askedFor(STREAM).map(({body}) => JSON.parse(body).language)).toEqual(['ur']);
  expect(store.getSnapshot()).toMatchObject({phase: 'done', language: 'ur'});
});

test('stopping keeps what has come and ends the connection', async () => {
  const {server, store} = await openPage();
  server.on(STREAM, events([wirePlan(), wireSectionEvent(0)], 'hang'));
  const answer = store.personalize();
  await until(store, ({sections}) => sections.size === 1);
  store.stop();
  await answer;
  expect(store.getSnapshot()).toMatchObject({phase: 'done', done: null, failure: null, total: 3});
  expect(store.getSnapshot().sections.size).toBe(1);
});

test('stopping before anything has come leaves the author’s text', async () => {
  const {server, store} = await openPage();
  server.on(STREAM, events([], 'hang'));
  const answer = store.personalize();
  store.stop();
  await answer;
  expect(store.getSnapshot()).toMatchObject({phase: 'idle', view: 'original', failure: null});
});

test('closing ends the connection, and nobody is told anything any more', async () => {
  const {server, store} = await openPage();
  server.on(STREAM, events([wirePlan(), wireSectionEvent(0)], 'hang'));
  const answer = store.personalize();
  await until(store, ({sections}) => sections.size === 1);
  const told = vi.fn();
  store.subscribe(told);
  const before = store.getSnapshot();
  store.close();
  await answer;
  await store.personalize();
  store.show('original');
  expect(told).not.toHaveBeenCalled();
  expect(store.getSnapshot()).toBe(before);
  expect(server.asked).toHaveLength(1);
});

test('a page of another file than the API’s is stale, and asks for no more', async () => {
  const {server, store} = await openPage(() => Promise.resolve('b'.repeat(64)));
  let closed = false;
  server.on(STREAM, (response, asked) => {
    response.on('close', () => void (closed = true));
    return events([wirePlan(), wireSectionEvent(0)], 'hang')(response, asked);
  });
  await store.personalize({language: 'ur'});
  expect(store.getSnapshot()).toMatchObject({
    phase: 'idle',
    view: 'original',
    stale: true,
    plan: null,
    failure: null,
    language: 'ur',
  });
  expect(store.getSnapshot().sections.size).toBe(0);
  await vi.waitFor(() => expect(closed).toBe(true));
});

test('a page whose file is not known is never stale, and names no hash', async () => {
  const {server, store} = await openPage(() => Promise.resolve(null));
  server.on(STREAM, events(wireStream()));
  await store.personalize();
  expect(store.getSnapshot()).toMatchObject({phase: 'done', stale: false});
  expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({chapter_id: 'chapter-02', inline: false});
});

test('a site whose own files cannot be loaded is a failure before anything is asked', async () => {
  const {server, store} = await openPage(() => Promise.reject(new Error('Loading chunk 7 failed.')));
  await store.personalize();
  expect(store.getSnapshot()).toMatchObject({phase: 'failed', failure: {kind: 'unavailable'}});
  expect(server.asked).toHaveLength(0);
});

test('a listener that leaves is told nothing more, and may leave while it is told', async () => {
  const {server, store} = await openPage();
  server.on(STREAM, events(wireStream()));
  const told = vi.fn();
  const stop = store.subscribe(() => {
    told();
    stop();
  });
  await store.personalize();
  expect(told).toHaveBeenCalledTimes(1);
});

test('what was said before is known once the plan is, and what is said now wins', async () => {
  const {server, store} = await openPage();
  const said = {section: 'one', helpful: false, comment: 'Too fast.', fault: 'too_hard'};
  server.on('GET /feedback?chapter_id=chapter-02', json({feedback: [said, {...said, section: null, comment: null}]}));
  server.on('POST /feedback', json({}, 201));
  server.on(STREAM, events(wireStream()));
  await store.personalize();
  await until(store, ({judged}) => judged.size === 2);
  expect(store.getSnapshot().judged.get('one')).toEqual(said);
  await store.judge({section: 'one', helpful: true});
  expect(store.getSnapshot().judged.get('one')).toEqual({
    ...said,
    helpful: true,
    comment: null,
    fault: null,
  });
  expect(store.getSnapshot().judged.get(null)?.helpful).toBe(false);
});

test('that nothing can be said of earlier feedback spoils no chapter', async () => {
  const {server, store} = await openPage();
  server.on('GET /feedback?chapter_id=chapter-02', json({nonsense: true}));
  server.on(STREAM, events(wireStream()));
  await store.personalize();
  expect(store.getSnapshot().phase).toBe('done');
  expect(store.getSnapshot().judged.size).toBe(0);
});

test('a verdict names the chapter, and the language that was asked for', async () => {
  const {server, store} = await openPage();
  server.on(STREAM, events(wireStream()));
  server.on('POST /feedback', json({}, 201));
  await store.judge({helpful: true});
  await store.personalize({language: 'ur'});
  await store.judge({helpful: false, section: 'two', comment: 'Wrong.'});
  expect(server.askedFor('POST /feedback').map(({body}) => JSON.parse(body))).toEqual([
    {chapter_id: 'chapter-02', helpful: true},
    {chapter_id: 'chapter-02', helpful: false, section: 'two', comment: 'Wrong.', language: 'ur'},
  ]);
  server.on('POST /feedback', problem(404));
  await expect(store.judge({helpful: true})).rejects.toMatchObject({failure: {kind: 'not-found'}});
});
