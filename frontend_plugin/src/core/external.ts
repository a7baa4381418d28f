/** Sign-in that is the site's own: it hands us a token whenever we need one. */

export type AccessTokenProvider = () => Promise<string | null>;

let provider: AccessTokenProvider | null = null;
const listeners = new Set<() => void>();

/**
 * Say where access tokens come from (with `auth: 'external'`); null for nobody. It may be called
 * at any time and again whenever somebody has signed in or out: the page then looks anew.
 */
export function setAccessTokenProvider(next: AccessTokenProvider | null): void {
  provider = next;
  for (const listener of Array.from(listeners)) listener();
}

/** A sign-in that fails has signed nobody in; what went wrong there is not ours to tell. */
export async function askProvider(): Promise<string | null> {
  try {
    return (await provider?.()) || null;
  } catch {
    return null;
  }
}

export function onProviderChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
