/** Access to the API: a token that is kept in memory, and in the browser's storage its renewal. */

import {askProvider, onProviderChange} from './external';
import {ApiError, describeFailure, readFailure} from './failures';
import {readTokenPair} from './decoding';
import type {TokenPair} from './decoding';

export interface Tokens {
  /** Another identity provider signs in. */
  readonly external: boolean;
  /** Whether somebody is signed in, as far as can be told without asking anyone. */
  hasSession(): boolean;
  /** A token that is good for a while, renewed where needed; null where nobody is signed in. */
  find(): Promise<string | null>;
  /** Another one than `refused`, which the API has just refused; null where there is none. */
  renew(refused: string | null): Promise<string | null>;
  /** Somebody has signed in. */
  keep(pair: TokenPair): void;
  /** Forget the session; what it takes to end it on the server comes back. */
  forget(): string | null;
  /** Told when somebody signs in or out, in this tab or in another one. */
  onChange(listener: () => void): () => void;
  close(): void;
}

/** The part of `Storage` that is used, so that a site or a test can bring its own. */
export interface TokenStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface TokenOptions {
  readonly external?: boolean;
  readonly fetch?: typeof fetch;
  readonly storage?: TokenStorage | null;
  readonly locks?: Pick<LockManager, 'request'> | null;
  /** Where the browser tells one tab what another has stored. */
  readonly tabs?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> | null;
  readonly now?: () => number;
}

export function createTokens(apiUrl: string, options: TokenOptions = {}): Tokens {
  return options.external === true ? new ExternalTokens() : new StoredTokens(apiUrl, options);
}

/** A token this close to its end is renewed before it is used. */
const MARGIN_MS = 30_000;

interface Session {
  readonly user: string;
  readonly refreshToken: string;
}

interface Access {
  readonly user: string;
  readonly token: string;
  readonly goodUntil: number;
}

class StoredTokens implements Tokens {
  readonly external = false;
  readonly #apiUrl: string;
  readonly #key: string;
  readonly #fetch: typeof fetch;
  readonly #storage: TokenStorage;
  readonly #locks: Pick<LockManager, 'request'> | null;
  readonly #tabs: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> | null;
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();
  #access: Access | null = null;
  #renewal: Promise<string | null> | null = null;

  constructor(apiUrl: string, options: TokenOptions) {
    this.#apiUrl = apiUrl;
    this.#key = `chapterwise:${apiUrl}`;
    this.#fetch = options.fetch ?? ((...parts) => fetch(...parts));
    this.#storage = withMemory(options.storage === undefined ? findStorage() : options.storage);
    this.#locks = options.locks === undefined ? findLocks() : options.locks;
    this.#tabs = options.tabs === undefined ? findTabs() : options.tabs;
    this.#now = options.now ?? Date.now;
    this.#tabs?.addEventListener('storage', this.#hearTab);
  }

  hasSession(): boolean {
    return this.#load() !== null;
  }

  async find(): Promise<string | null> {
    const session = this.#load();
    if (session === null) return null;
    const access = this.#access;
    const isGood = access?.user === session.user && access.goodUntil > this.#now() + MARGIN_MS;
    return isGood ? access.token : this.renew(access?.token ?? null);
  }

  async renew(refused: string | null): Promise<string | null> {
    // Somebody else of this tab may have renewed it since the refused request was sent.
    const access = this.#access;
    if (access !== null && access.token !== refused && this.hasSession()) return access.token;
    this.#renewal ??= this.#takeTurn().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  keep(pair: TokenPair): void {
    this.#store(pair);
    this.#tell();
  }

  forget(): string | null {
    const session = this.#load();
    this.#access = null;
    this.#storage.removeItem(this.#key);
    if (session !== null) this.#tell();
    return session?.refreshToken ?? null;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    this.#tabs?.removeEventListener('storage', this.#hearTab);
    this.#listeners.clear();
  }

  /** Tabs rotate one after the other; without locks the server's 30 s for the old token help. */
  async #takeTurn(): Promise<string | null> {
    return this.#locks === null
      ? this.#rotate()
      : await this.#locks.request(this.#key, () => this.#rotate());
  }

  async #rotate(): Promise<string | null> {
    const session = this.#load();
    if (session === null) return null;
    const pair = await this.#exchange(session.refreshToken);
    const now = this.#load();
    // Who has signed out, or in as somebody else, meanwhile is not signed in again by this.
    if (now?.user !== session.user) return null;
    if (pair !== null) {
      this.#store(pair);
      return pair.accessToken;
    }
    // Another tab was faster, where there are no locks: what it has stored may still be good.
    if (now.refreshToken !== session.refreshToken) return this.#rotate();
    this.forget();
    return null;
  }

  /** Null for a session that is over; whatever else goes wrong says nothing about it. */
  async #exchange(refreshToken: string): Promise<TokenPair | null> {
    const response = await this.#post(refreshToken);
    if (response.ok) return readTokenPair(await response.json().catch(() => null));
    const failure = await readFailure(response);
    if (failure.kind === 'signed-out' || failure.kind === 'invalid') return null;
    throw new ApiError(failure);
  }

  async #post(refreshToken: string): Promise<Response> {
    try {
      return await this.#fetch(`${this.#apiUrl}/api/v1/auth/refresh`, {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({refresh_token: refreshToken}),
      });
    } catch (error) {
      throw new ApiError(describeFailure('offline'), {cause: error});
    }
  }

  #store(pair: TokenPair): void {
    const user = pair.user;
    const goodUntil = this.#now() + pair.expiresInS * 1000;
    this.#access = {user, token: pair.accessToken, goodUntil};
    const session: Session = {user, refreshToken: pair.refreshToken};
    this.#storage.setItem(this.#key, JSON.stringify(session));
  }

  #load(): Session | null {
    return readSession(this.#storage.getItem(this.#key));
  }

  readonly #hearTab = (event: Event): void => {
    // A null key means that the whole storage was cleared.
    const key = 'key' in event ? event.key : null;
    if (key !== null && key !== this.#key) return;
    const user = this.#load()?.user ?? null;
    const before = 'oldValue' in event ? readSession(event.oldValue)?.user : undefined;
    if (this.#access !== null && this.#access.user !== user) this.#access = null;
    // A rotation in another tab changes the stored token, not who is signed in.
    if (user === null || user !== before) this.#tell();
  };

  #tell(): void {
    for (const listener of Array.from(this.#listeners)) listener();
  }
}

class ExternalTokens implements Tokens {
  readonly external = true;
  readonly #stops = new Set<() => void>();

  hasSession(): boolean {
    return true;
  }

  find(): Promise<string | null> {
    return askProvider();
  }

  async renew(refused: string | null): Promise<string | null> {
    const token = await askProvider();
    return token === refused ? null : token;
  }

  /** The site's own sign-in keeps its tokens itself. */
  keep(): void {}

  forget(): null {
    return null;
  }

  onChange(listener: () => void): () => void {
    const stop = onProviderChange(listener);
    this.#stops.add(stop);
    return stop;
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }
}

function readSession(text: unknown): Session | null {
  if (typeof text !== 'string') return null;
  try {
    const {user, refreshToken}: Partial<Record<string, unknown>> = JSON.parse(text) ?? {};
    if (typeof user !== 'string' || typeof refreshToken !== 'string') return null;
    return {user, refreshToken};
  } catch {
    return null;
  }
}

/** A browser may forbid its storage altogether; the session then lasts as long as the page. */
function withMemory(storage: TokenStorage | null): TokenStorage {
  const memory = new Map<string, string>();
  const attempt = <T>(work: () => T, instead: () => T): T => {
    try {
      return storage === null ? instead() : work();
    } catch {
      return instead();
    }
  };
  return {
    getItem: (key) =>
      memory.get(key) ?? attempt(() => storage?.getItem(key) ?? null, () => null),
    setItem: (key, value) => {
      memory.delete(key);
      attempt(() => storage?.setItem(key, value), () => void memory.set(key, value));
    },
    removeItem: (key) => {
      memory.delete(key);
      attempt(() => storage?.removeItem(key), () => undefined);
    },
  };
}

function findStorage(): TokenStorage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

function findLocks(): Pick<LockManager, 'request'> | null {
  return globalThis.navigator?.locks ?? null;
}

function findTabs(): Pick<EventTarget, 'addEventListener' | 'removeEventListener'> | null {
  return typeof globalThis.addEventListener === 'function' ? globalThis : null;
}
