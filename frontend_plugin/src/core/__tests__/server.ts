/** A real HTTP server on loopback that answers as each test says. */

import {createServer} from 'node:http';
import type {IncomingMessage, ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach} from 'vitest';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = (response: ServerResponse, asked: Asked) => void | Promise<void>;

export interface TestServer {
  readonly url: string;
  /** All requests so far. */
  readonly asked: readonly Asked[];
  /** What to answer to a path, `METHOD /path`; the last one given is repeated. */
  on(route: string, ...answers: Answer[]): void;
  askedFor(route: string): readonly Asked[];
  close(): Promise<void>;
}

const open = new Set<TestServer>();

afterEach(async () => {
  await Promise.all([...open].map((server) => server.close()));
});

export async function startServer(): Promise<TestServer> {
  const routes = new Map<string, Answer[]>();
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then(async (body) => {
      const {method = '', url: path = '', headers} = request;
      const one: Asked = {method, path: path.replace('/api/v1', ''), headers, body};
      asked.push(one);
      const answers = routes.get(`${one.method} ${one.path}`) ?? [];
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      await (answer ?? problem(404, {detail: 'There is nothing here.'}))(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo;
  const running: TestServer = {
    url: `http://127.0.0.1:${port}`,
    asked,
    on: (route, ...answers) => void routes.set(route, answers),
    askedFor: (route) => asked.filter(({method, path}) => `${method} ${path}` === route),
    close: () => {
      open.delete(running);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  open.add(running);
  return running;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

export function json(body: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, {'Content-Type': 'application/json'});
    response.end(JSON.stringify(body));
  };
}

export function empty(status = 204): Answer {
  return (response) => void response.writeHead(status).end();
}

export function problem(status: number, body: object = {}, headers: object = {}): Answer {
  return (response) => {
    response.writeHead(status, {'Content-Type': 'application/problem+json', ...headers});
    response.end(JSON.stringify({type: 'urn:x', title: 'No', status, ...body}));
  };
}

/** Events, and then the end of the answer: a clean one, a broken one, or none at all. */
export function events(
  list: readonly WireEvent[],
  then: 'end' | 'break' | 'hang' = 'end',
): Answer {
  return async (response) => {
    response.writeHead(200, {'Content-Type': 'text/event-stream; charset=utf-8'});
    response.write(': hello\n\n');
    for (const event of list) await write(response, writeEvent(event));
    if (then === 'end') response.end();
    if (then === 'break') response.destroy();
  };
}

/** A connection that is broken before it says anything. */
export function hangUp(): Answer {
  return (response) => void response.destroy();
}

function write(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve) => response.write(text, () => setImmediate(resolve)));
}

export interface WireEvent {
  readonly event: string;
  readonly data: unknown;
  readonly id?: string;
}

export function writeEvent({event, data, id}: WireEvent): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `event: ${event}\ndata: ${text}\n${id === undefined ? '' : `id: ${id}\n`}\n`;
}
