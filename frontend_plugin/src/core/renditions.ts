/** Answers by reference: the texts of a stored chapter are fetched once, and kept by the browser. */

import type {ApiOptions, Send, Watching} from './api';
import {readRendition} from './decoding';
import {ApiError, isAbort} from './failures';
import {followStream} from './streaming';
import type {DoneEvent, PersonalizeRequest, StreamEvent} from './types';

/** Where renditions come from: anybody's, or with a token where the site keeps them for learners. */
export interface Sources {
  readonly send: Send;
  readonly sendPlain: Send;
}

/**
 * Follow to `done`, its texts fetched where the answer only names them; what cannot be had in that
 * way is asked for once more, with its texts in the answer.
 */
export async function followChapter(
  sources: Sources,
  request: PersonalizeRequest,
  watching: Watching,
  options: Pick<ApiOptions, 'sleep' | 'limits'>,
): Promise<DoneEvent> {
  const told = withoutDone(watching);
  const asked = {...request, inline: false};
  const done = await followStream(sources.send, asked, told, options);
  const whole = await complete(sources, done, watching.signal);
  if (whole !== null) return finish(whole, watching);
  // It was replaced a moment ago, or the server has lost it: nobody waits for it to come back.
  const {refresh: _, ...again} = request;
  return finish(await followStream(sources.send, again, told, options), watching);
}

/** The last event is told when its texts are there. */
function withoutDone(watching: Watching): Watching {
  const tell = (event: StreamEvent): void => {
    if (event.kind !== 'done') watching.onEvent?.(event);
  };
  return {...watching, onEvent: tell};
}

function finish(done: DoneEvent, {signal, onEvent}: Watching): DoneEvent {
  signal?.throwIfAborted();
  onEvent?.({kind: 'done', data: done});
  return done;
}

/** The answer with its texts; null where they cannot be had, or are not those of its sections. */
async function complete(
  sources: Sources,
  done: DoneEvent,
  signal: AbortSignal | undefined,
): Promise<DoneEvent | null> {
  const {rendition} = done;
  if (rendition == null || done.isWhole !== false) return done;
  try {
    const texts = readRendition(await fetchRendition(sources, rendition.hash, signal));
    const sections = done.sections.map((section, index) => {
      const text = texts[index];
      return text?.id === section.id ? {...section, ...text} : null;
    });
    const found = sections.filter((section) => section !== null);
    const isSame = found.length === sections.length && sections.length === texts.length;
    return isSame ? {...done, sections: found, isWhole: true} : null;
  } catch (error) {
    if (isAbort(error)) throw error;
    return null;
  }
}

async function fetchRendition(
  {send, sendPlain}: Sources,
  hash: string,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const path = `/renditions/${hash}`;
  // Its bytes never change, so that what the browser has kept is as good as new.
  const init: RequestInit = {credentials: 'omit', cache: 'force-cache', ...(signal && {signal})};
  try {
    return await (await sendPlain(path, init)).json();
  } catch (error) {
    if (!(error instanceof ApiError) || error.failure.kind !== 'signed-out') throw error;
    return (await send(path, init)).json();
  }
}
