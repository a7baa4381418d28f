/** The API's client, its tokens and the account: once per API, however many pages come and go. */

import {createAccountStore, createApi, createTokens} from '../core';
import type {Api} from '../core';
import type {AccountStore} from '../core/types';
import type {PublicOptions} from '../options';
import {useOptions} from './options';

export interface Services {
  readonly api: Api;
  readonly account: AccountStore;
}

const known = new Map<string, Services>();

/** Null where the site has not configured the theme. */
export function useServices(): Services | null {
  const options = useOptions();
  return options === null ? null : findServices(options);
}

function findServices(options: PublicOptions): Services {
  const found = known.get(options.apiUrl);
  if (found !== undefined) return found;
  const tokens = createTokens(options.apiUrl, {external: options.auth === 'external'});
  const api = createApi({apiUrl: options.apiUrl, tokens});
  const made = {api, account: createAccountStore(api, tokens)};
  known.set(options.apiUrl, made);
  return made;
}

const started = new WeakSet<AccountStore>();

/** Read the browser's storage once, whoever asks first. */
export function startOnce(account: AccountStore): void {
  if (started.has(account)) return;
  started.add(account);
  // What goes wrong is in the account's state.
  account.start().catch(() => undefined);
}
