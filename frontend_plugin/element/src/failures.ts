/** What went wrong, as a sentence for a person. */

import type {Failure} from './core';
import type {Say} from './words';

export function describeFailure(
  {kind, retryAfterS, detail}: Failure,
  language: string,
  canSignIn: boolean,
  say: Say,
): string {
  switch (kind) {
    case 'limit':
      if (!retryAfterS) return say('limit');
      return say('limitUntil', {wait: describeWait(retryAfterS, language)});
    case 'signed-out':
      return say(canSignIn ? 'signedOut' : 'signInFirst');
    case 'not-found':
      return say('notFound');
    case 'invalid':
    case 'conflict':
    case 'refused':
      return detail ?? say('refused');
    default:
      return say(kind);
  }
}

/** In minutes where it is more than one; a person does not count seconds. */
function describeWait(seconds: number, language: string): string {
  const relative = new Intl.RelativeTimeFormat(language);
  if (seconds < 90) return relative.format(Math.ceil(seconds), 'second');
  if (seconds < 5400) return relative.format(Math.ceil(seconds / 60), 'minute');
  return relative.format(Math.ceil(seconds / 3600), 'hour');
}
