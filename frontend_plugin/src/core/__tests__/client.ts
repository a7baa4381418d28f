/** A signed-in client of a real server, which never waits. */

import {vi} from 'vitest';
import {createApi} from '../api';
import type {Api, ApiOptions} from '../api';
import {readTokenPair} from '../decoding';
import {createTokens} from '../tokens';
import type {Tokens} from '../tokens';
import {startServer} from './server';
import type {TestServer} from './server';
import {startBrowser} from './storage';
import {wireTokens} from './wire';

export interface Client {
  readonly server: TestServer;
  readonly tokens: Tokens;
  readonly api: Api;
  readonly sleep: ReturnType<typeof vi.fn<(ms: number) => Promise<void>>>;
}

type Setup = Partial<ApiOptions> & {readonly signedIn?: boolean};

export async function startClient({signedIn = true, ...more}: Setup = {}): Promise<Client> {
  const server = await startServer();
  const tokens = createTokens(server.url, startBrowser().openTab());
  if (signedIn) tokens.keep(readTokenPair(wireTokens('start')));
  const sleep = vi.fn((_ms: number) => Promise.resolve());
  const api = createApi({apiUrl: server.url, tokens, sleep, ...more});
  return {server, tokens, api, sleep};
}
