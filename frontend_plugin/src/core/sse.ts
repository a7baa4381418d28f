/** Server-sent events from a `fetch`, because EventSource can neither POST nor send a token. */

export interface SseEvent {
  readonly event: string;
  readonly data: string;
  /** The id of the last event that had one, as the standard wants it; null before the first. */
  readonly id: string | null;
}

export interface StreamLimits {
  /** An event longer than this is not one of ours. */
  readonly mostCharacters: number;
  /** The server sends a comment every 15 seconds, so a longer silence is a broken connection. */
  readonly idleMs: number;
}

export const LIMITS: StreamLimits = {mostCharacters: 8_000_000, idleMs: 60_000};

/** The connection broke, or what came is no event stream; what came before it was good. */
export class StreamBroken extends Error {
  override readonly name = 'StreamBroken';
}

/** Read to the end. An event that the end cuts off is not one, as the standard says. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  limits: StreamLimits = LIMITS,
): AsyncGenerator<SseEvent, void, void> {
  const lines = new LineSplitter(limits.mostCharacters);
  const events = new EventBuilder(limits.mostCharacters);
  // The decoder keeps the first bytes of a character until the rest has come, and drops a BOM.
  const decoder = new TextDecoder();
  for await (const bytes of readChunks(body, limits.idleMs)) {
    for (const line of lines.split(decoder.decode(bytes, {stream: true}))) {
      const event = events.take(line);
      if (event !== null) yield event;
    }
  }
}

async function* readChunks(
  body: ReadableStream<Uint8Array>,
  idleMs: number,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = body.getReader();
  try {
    for (;;) {
      const {done, value} = await withinTime(reader.read(), idleMs);
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops reading, for whatever reason, ends the connection; it may be gone already.
    await reader.cancel().catch(() => undefined);
  }
}

async function withinTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new StreamBroken('Nothing has come for too long.'));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** Cuts text that comes in pieces into lines; CR, LF and CRLF end one. */
class LineSplitter {
  readonly #most: number;
  #rest = '';
  #endedInReturn = false;

  constructor(most: number) {
    this.#most = most;
  }

  *split(text: string): Generator<string, void, void> {
    if (text === '') return;
    // The line feed of a CRLF may come a piece later than its return.
    let start = this.#endedInReturn && text.startsWith('\n') ? 1 : 0;
    this.#endedInReturn = text.endsWith('\r');
    for (const end of text.slice(start).matchAll(/\r\n|\n|\r/g)) {
      const from = start;
      start = text.length - end.input.length + end.index + end[0].length;
      yield this.#rest + text.slice(from, start - end[0].length);
      this.#rest = '';
    }
    this.#rest += text.slice(start);
    if (this.#rest.length > this.#most) throw new StreamBroken('A line is too long.');
  }
}

/** Puts lines together to events; a blank line ends one. */
class EventBuilder {
  readonly #most: number;
  #event = '';
  #data: string[] = [];
  #length = 0;
  #id: string | null = null;

  constructor(most: number) {
    this.#most = most;
  }

  take(line: string): SseEvent | null {
    if (line === '') return this.#finish();
    const colon = line.indexOf(':');
    // A line that begins with a colon is a comment.
    if (colon === 0) return null;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    this.#set(name, value);
    return null;
  }

  #set(name: string, value: string): void {
    if (name === 'event') this.#event = value;
    if (name === 'data') this.#addData(value);
    if (name === 'id' && !value.includes('\0')) this.#id = value;
  }

  #addData(value: string): void {
    this.#data.push(value);
    this.#length += value.length + 1;
    if (this.#length > this.#most) throw new StreamBroken('An event is too long.');
  }

  #finish(): SseEvent | null {
    const hasData = this.#data.length > 0;
    const event = {event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id};
    this.#event = '';
    this.#data = [];
    this.#length = 0;
    return hasData ? event : null;
  }
}
