/** Texts that are stored are fetched by their hash, and asked for inline where they are gone. */

import {expect, test} from 'vitest';
import type {Api} from '../api';
import {createChapterStore} from '../chapter';
import type {StreamEvent} from '../types';
import {startClient} from './client';
import {events, json, problem} from './server';
import type {TestServer} from './server';
import {wireDone, wirePlan, wireSection, wireSectionEvent, wireStream} from './wire';

const STREAM = 'POST /personalize/stream';
const HASH = 'b'.repeat(64);
const TEXTS = `GET /renditions/${HASH}`;
const RENDITION = {hash: HASH, url: `/api/v1/renditions/${HASH}`, bytes: 5};
const IDS = ['one', 'two', 'three'];

/** What is left of a section whose texts are elsewhere. */
function told(id: string) {
  const {markdown: _, notes: __, ...rest} = wireSection(id, {status: 'cached'});
  return rest;
}

function toldStream() {
  const sections = IDS.map(told);
  const each = sections.map((section, index) => ({...wireSectionEvent(index), data: {index, section}}));
  return [wirePlan(), ...each, wireDone({source: 'cache', cached: true, sections, rendition: RENDITION})];
}

function texts(ids = IDS) {
  return {title: 'ROS 2', language: 'ur', direction: 'rtl', sections: ids.map((id) => wireSection(id))};
}

async function follow(api: Api) {
  const seen: StreamEvent[] = [];
  const request = {chapter_id: 'chapter-02', refresh: true};
  const done = await api.personalize(request, {onEvent: (event) => void seen.push(event)});
  return {done, kinds: seen.map(({kind}) => kind)};
}

function bodies(server: TestServer): unknown[] {
  return server.askedFor(STREAM).map(({body}) => JSON.parse(body));
}

test('a stored chapter comes with one request for its texts, without a token', async () => {
  const {server, api} = await startClient();
  server.on(STREAM, events(toldStream()));
  server.on(TEXTS, json(texts()));
  const {done, kinds} = await follow(api);
  expect(kinds).toEqual(['plan', 'done']);
  expect(done.sections.map(({markdown}) => markdown)).toEqual(IDS.map((id) => wireSection(id).markdown));
  expect(done.sections[0]?.status).toBe('cached');
  const [asked] = server.askedFor(TEXTS);
  expect(asked?.headers.authorization).toBeUndefined();
  expect(bodies(server)).toEqual([{chapter_id: 'chapter-02', refresh: true, inline: false}]);
});

test('a site that keeps its texts for learners is shown a token', async () => {
  const {server, api} = await startClient();
  server.on(STREAM, events(toldStream()));
  server.on(TEXTS, problem(401), json(texts()));
  const {done} = await follow(api);
  expect(done.isWhole).toBe(true);
  expect(server.askedFor(TEXTS)[1]?.headers.authorization).toMatch(/^Bearer /);
});

test.each([
  ['gone', problem(404)],
  ['broken', json('nothing')],
  ['of other sections', json(texts(['one', 'two', 'four']))],
  ['too few', json(texts(['one']))],
  ['too many', json(texts([...IDS, 'four']))],
])('texts that are %s are asked for once more, in the answer', async (_, answer) => {
  const {server, api} = await startClient();
  server.on(STREAM, events(toldStream()), events(wireStream()));
  server.on(TEXTS, answer);
  const {done, kinds} = await follow(api);
  expect(done.sections[0]?.markdown).toBe(wireSection('one').markdown);
  expect(kinds).toEqual(['plan', 'plan', 'section', 'section', 'section', 'done']);
  expect(bodies(server)[1]).toEqual({chapter_id: 'chapter-02'});
});

test('texts in the answer are not fetched, also where it says where they are', async () => {
  const {server, api} = await startClient();
  const stream = [...wireStream().slice(0, -1), wireDone({rendition: RENDITION})];
  server.on(STREAM, events(stream));
  const {kinds} = await follow(api);
  expect(kinds).toEqual(['plan', 'section', 'section', 'section', 'done']);
  expect(server.askedFor(TEXTS)).toEqual([]);
});

test('a name that is no hash leads nowhere', async () => {
  const {server, api} = await startClient();
  const evil = {...RENDITION, hash: '../me'};
  const sections = IDS.map(told);
  server.on(STREAM, events([wirePlan(), wireDone({sections, rendition: evil})]));
  await expect(follow(api)).rejects.toMatchObject({failure: {kind: 'unavailable'}});
  expect(server.asked).toHaveLength(1);
});

test('a page without a renderer asks for trees, and gets them as they are', async () => {
  const {server, api} = await startClient();
  const tree = {tag: 'p', attributes: {}, children: ['Words']};
  const native = {native: 0, kind: 'code', text_hash: HASH, element: 1};
  const rendered = {...texts(), sections: IDS.map((id) => wireSection(id, {blocks: [tree, native]}))};
  server.on(STREAM, events(toldStream()));
  server.on(TEXTS, json(rendered));
  const sourceHash = () => Promise.resolve(null);
  const store = createChapterStore({api, chapterId: 'chapter-02', sourceHash, form: 'tree'});
  await store.personalize();
  expect(bodies(server)).toEqual([{chapter_id: 'chapter-02', form: 'tree', inline: false}]);
  expect(store.getSnapshot().sections.get('one')?.blocks).toEqual([{tree}, native]);
});
