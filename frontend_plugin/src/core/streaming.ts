/** One personalisation as events, over as many connections as it takes. */

import type {ApiOptions, Send, Sleep, Watching} from './api';
import {readStreamEvent} from './decoding';
import {ApiError, describeFailure, isAbort} from './failures';
import {LIMITS, readEvents, StreamBroken} from './sse';
import type {SseEvent, StreamLimits} from './sse';
import type {DoneEvent, PersonalizeRequest} from './types';

/** Before each further try; a learner before a dead API is told so after the first two. */
const PAUSES_MS = [300, 900, 2000, 4000] as const;
const PAUSES_BEFORE_ANYTHING_MS = PAUSES_MS.slice(0, 2);

/** What has come so far, over all connections. */
interface Progress {
  lastEventId: string | null;
  planned: boolean;
  readonly sections: Set<number>;
  /** Tries since something new came. */
  tries: number;
}

/** Follow to `done`; a connection that breaks is taken up where it broke. */
export async function followStream(
  send: Send,
  request: PersonalizeRequest,
  watching: Watching,
  options: Pick<ApiOptions, 'sleep' | 'limits'>,
): Promise<DoneEvent> {
  const progress: Progress = {lastEventId: null, planned: false, sections: new Set(), tries: 0};
  const limits = {...LIMITS, ...options.limits};
  for (;;) {
    const outcome = await followOnce(send, request, watching, progress, limits);
    if (!(outcome instanceof ApiError)) return outcome;
    const pause = choosePause(progress);
    if (pause === null) throw outcome;
    progress.tries += 1;
    // Everybody's connection breaks when a server restarts; they should not all be back at once.
    await (options.sleep ?? sleep)(pause * (0.75 + Math.random() / 2), watching.signal);
  }
}

function choosePause(progress: Progress): number | null {
  const pauses = progress.planned ? PAUSES_MS : PAUSES_BEFORE_ANYTHING_MS;
  return pauses[progress.tries] ?? null;
}

/** The last event, or why it makes sense to try again; what does not is thrown. */
async function followOnce(
  send: Send,
  request: PersonalizeRequest,
  watching: Watching,
  progress: Progress,
  limits: StreamLimits,
): Promise<DoneEvent | ApiError> {
  try {
    for await (const event of openStream(send, request, progress, watching, limits)) {
      const done = take(event, progress, watching);
      if (done !== null) return done;
    }
  } catch (error) {
    if (error instanceof ConnectionLost) return error.failure;
    throw error;
  }
  // An answer that is whole and says nothing would say nothing again.
  if (!progress.planned) throw interrupted(null);
  return interrupted(null);
}

/** Thrown for what another connection may cure; a server's own word never is. */
class ConnectionLost extends Error {
  readonly failure: ApiError;

  constructor(failure: ApiError) {
    super(failure.message, {cause: failure});
    this.failure = failure;
  }
}

async function* openStream(
  send: Send,
  request: PersonalizeRequest,
  progress: Progress,
  watching: Watching,
  limits: StreamLimits,
): AsyncGenerator<SseEvent, void, void> {
  try {
    const response = await connect(send, request, progress, watching.signal);
    yield* readEvents(response, limits);
  } catch (error) {
    throw judge(error, progress);
  }
}

async function connect(
  send: Send,
  request: PersonalizeRequest,
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<ReadableStream<Uint8Array>> {
  // A refresh is asked for once: what it replaced is in the store when the plan has come.
  const {refresh, ...rest} = request;
  const body = refresh === true && !progress.planned ? request : rest;
  const response = await send('/personalize/stream', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'text/event-stream',
      ...(progress.lastEventId === null ? {} : {'Last-Event-ID': progress.lastEventId}),
    },
    body: JSON.stringify(body),
    cache: 'no-store',
    ...(signal === undefined ? {} : {signal}),
  });
  if (response.body === null || !isEventStream(response)) {
    throw new ApiError(describeFailure('unavailable'));
  }
  return response.body;
}

function isEventStream(response: Response): boolean {
  return (response.headers.get('Content-Type') ?? '').startsWith('text/event-stream');
}

function take(event: SseEvent, progress: Progress, {signal, onEvent}: Watching): DoneEvent | null {
  signal?.throwIfAborted();
  const decoded = readStreamEvent(event);
  if (decoded === null) return null;
  progress.lastEventId = event.id;
  if (decoded.kind === 'plan') progress.planned = true;
  if (decoded.kind === 'section') noteSection(progress, decoded.data.index);
  onEvent?.(decoded);
  return decoded.kind === 'done' ? decoded.data : null;
}

/** Only what has not come before is progress, so that no server can keep us for ever. */
function noteSection(progress: Progress, index: number): void {
  if (progress.sections.has(index)) return;
  progress.sections.add(index);
  progress.tries = 0;
}

/** A network that fails may come back, and so may a server that was there a moment ago. */
function judge(error: unknown, {planned}: Progress): unknown {
  if (isAbort(error)) return error;
  if (!(error instanceof ApiError)) return judgeRead(error, planned);
  const {kind} = error.failure;
  if (kind === 'offline') return new ConnectionLost(planned ? interrupted(error) : error);
  return kind === 'unavailable' && planned ? new ConnectionLost(interrupted(error)) : error;
}

/** What a browser throws while it reads a body is a TypeError without more words. */
function judgeRead(error: unknown, planned: boolean): unknown {
  const isBroken = error instanceof StreamBroken || error instanceof TypeError;
  if (!isBroken) return error;
  const kind = planned ? 'interrupted' : 'offline';
  return new ConnectionLost(new ApiError(describeFailure(kind), {cause: error}));
}

function interrupted(cause: unknown): ApiError {
  return new ApiError(describeFailure('interrupted'), {cause});
}

const sleep: Sleep = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(finish, milliseconds);
    signal?.addEventListener('abort', finish, {once: true});

    function finish(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      if (signal?.aborted === true) reject(signal.reason);
      else resolve();
    }
  });
