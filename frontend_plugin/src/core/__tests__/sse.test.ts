/** The reader of server-sent events, fed with every way in which bytes may come. */

import {expect, test} from 'vitest';
import {readEvents, StreamBroken} from '../sse';
import type {SseEvent, StreamLimits} from '../sse';

function streamOf(...pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

async function read(
  body: ReadableStream<Uint8Array>,
  limits?: StreamLimits,
): Promise<readonly SseEvent[]> {
  const events: SseEvent[] = [];
  for await (const event of readEvents(body, limits)) events.push(event);
  return events;
}

function readText(text: string): Promise<readonly SseEvent[]> {
  return read(streamOf(new TextEncoder().encode(text)));
}

const STREAM = [
  ': پہلا تبصرہ',
  'event: section',
  'data: {"markdown": "نوڈ ایک 🤖 پروگرام ہے۔"}',
  'id: r-1',
  '',
  'data: دو',
  'data:  لائنیں',
  'data',
  '',
  'retry: 10',
  '',
  'event: done',
  'data: {}',
  '',
  '',
].join('\n');

const EVENTS: readonly SseEvent[] = [
  {event: 'section', data: '{"markdown": "نوڈ ایک 🤖 پروگرام ہے۔"}', id: 'r-1'},
  {event: 'message', data: 'دو\n لائنیں\n', id: 'r-1'},
  {event: 'done', data: '{}', id: 'r-1'},
];

test.each(['\n', '\r', '\r\n'])('is the same however it is cut, with %j as line end', async (end) => {
  const bytes = new TextEncoder().encode('\uFEFF' + STREAM.replaceAll('\n', end));
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
    expect(await read(streamOf(...pieces)), `cut at ${cut}`).toEqual(EVENTS);
  }
  const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
  expect(await read(streamOf(...single))).toEqual(EVENTS);
});

test('an event without its blank line is none', async () => {
  expect(await readText('data: whole\n\nevent: section\ndata: half\n')).toEqual([
    {event: 'message', data: 'whole', id: null},
  ]);
});

test('an event without data is none, and its name is not the next one’s', async () => {
  expect(await readText('event: plan\nid: 4\n\ndata: x\n\n')).toEqual([
    {event: 'message', data: 'x', id: '4'},
  ]);
});

test('an id with a NUL counts for nothing', async () => {
  expect(await readText('id: a\nid: b\0\ndata: x\n\n')).toEqual([
    {event: 'message', data: 'x', id: 'a'},
  ]);
});

test('only the first space of a value is not its own', async () => {
  const [event] = await readText('data:   a: b \n\n');
  expect(event?.data).toBe('  a: b ');
});

test('a mixture of line ends keeps its empty lines', async () => {
  expect(await readText('data: a\r\n\r\ndata: b\n\rdata: c\r\r')).toHaveLength(3);
});

test('an event of a megabyte in small pieces is one event', async () => {
  const text = 'ہ'.repeat(500_000);
  const bytes = new TextEncoder().encode(`data: ${text}\n\n`);
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += 1001) {
    pieces.push(bytes.subarray(start, start + 1001));
  }
  const [event] = await read(streamOf(...pieces));
  expect(event?.data).toBe(text);
});

test.each(['data: ' + 'x'.repeat(200), 'data: x\n'.repeat(80), 'x'.repeat(200)])(
  'more than may be held is a broken stream: %.12s',
  async (text) => {
    const limits = {mostCharacters: 100, idleMs: 1000};
    const body = streamOf(new TextEncoder().encode(text));
    await expect(read(body, limits)).rejects.toBeInstanceOf(StreamBroken);
  },
);

test('a connection that goes silent is broken, and is given back', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
    cancel: () => void (cancelled = true),
  });
  await expect(read(body, {mostCharacters: 100, idleMs: 20})).rejects.toBeInstanceOf(StreamBroken);
  expect(cancelled).toBe(true);
});

test('who stops reading ends the connection', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
    cancel: () => void (cancelled = true),
  });
  for await (const event of readEvents(body)) {
    expect(event.data).toBe('x');
    break;
  }
  expect(cancelled).toBe(true);
});
