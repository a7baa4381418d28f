/** Access to the API through a host that signs its learners in itself. */

import type {Tokens} from './core';

/** A short-lived bearer token; null where nobody is signed in. `refused` was not taken. */
export type GetToken = (refused?: string | null) => Promise<string | null>;

/** What the host's sign-in keeps is its own: nothing is stored here, and nothing is forgotten. */
export function createHostTokens(getToken: GetToken): Tokens {
  // A sign-in that fails has signed nobody in; what went wrong there is not ours to tell.
  const ask = (refused: string | null): Promise<string | null> =>
    Promise.resolve()
      .then(() => getToken(refused))
      .then((token) => token || null)
      .catch(() => null);
  return {
    external: true,
    hasSession: () => true,
    find: () => ask(null),
    renew: async (refused) => {
      const token = await ask(refused);
      return token === refused ? null : token;
    },
    keep: () => undefined,
    forget: () => null,
    onChange: () => () => undefined,
    close: () => undefined,
  };
}
