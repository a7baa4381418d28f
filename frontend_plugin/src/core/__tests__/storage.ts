/** The storage of a browser with several tabs: what one writes, the others are told. */

import type {TokenOptions, TokenStorage} from '../tokens';

export interface Browser {
  /** What a tab of this browser hands to `createTokens`. */
  openTab(): Required<Pick<TokenOptions, 'storage' | 'locks' | 'tabs'>>;
  readonly stored: Map<string, string>;
}

export function startBrowser({withLocks = true} = {}): Browser {
  const stored = new Map<string, string>();
  const tabs = new Set<EventTarget>();
  const locks = withLocks ? new Turns() : null;
  return {
    stored,
    openTab: () => {
      const tab = new EventTarget();
      tabs.add(tab);
      const tell = (key: string, oldValue: string | null): void => {
        const others = [...tabs].filter((other) => other !== tab);
        for (const other of others) {
          other.dispatchEvent(Object.assign(new Event('storage'), {key, oldValue}));
        }
      };
      const storage: TokenStorage = {
        getItem: (key) => stored.get(key) ?? null,
        setItem: (key, value) => {
          const before = stored.get(key) ?? null;
          stored.set(key, value);
          if (before !== value) tell(key, before);
        },
        removeItem: (key) => {
          const before = stored.get(key) ?? null;
          stored.delete(key);
          if (before !== null) tell(key, before);
        },
      };
      return {storage, tabs: tab, locks};
    },
  };
}

/** Node 20 has no Web Locks; one queue for each name is all that we use of them. */
class Turns implements Pick<LockManager, 'request'> {
  readonly #last = new Map<string, Promise<unknown>>();

  request<T>(name: string, callback: LockGrantedCallback<T>): Promise<Awaited<T>>;
  request<T>(
    name: string,
    options: LockOptions,
    callback: LockGrantedCallback<T>,
  ): Promise<Awaited<T>>;
  async request<T>(
    name: string,
    ...rest: [LockGrantedCallback<T>] | [LockOptions, LockGrantedCallback<T>]
  ): Promise<Awaited<T>> {
    const callback = rest[1] ?? rest[0];
    if (typeof callback !== 'function') throw new TypeError('A lock needs a callback.');
    const before = this.#last.get(name) ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(() => callback({name, mode: 'exclusive'}));
    this.#last.set(name, mine);
    return await mine;
  }
}
