/** What can go wrong, as the page can say it in plain words. */

import type {Failure, FailureKind} from './types';

/** What every function of `core/` rejects with, but for an `AbortError` when it is given up. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.detail ?? failure.kind, options);
    this.failure = failure;
  }
}

export function describeFailure(kind: FailureKind, details: Partial<Failure> = {}): Failure {
  return {detail: null, retryAfterS: null, fields: {}, ...details, kind};
}

/** Whatever was thrown, as a failure: a defect of ours is told like an API that is not there. */
export function failureOf(error: unknown): Failure {
  return error instanceof ApiError ? error.failure : describeFailure('unavailable');
}

/** Given up on purpose, which is nobody's failure. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** What an answer that is none of the good ones says. */
export async function readFailure(response: Response): Promise<Failure> {
  const problem = await readProblem(response);
  const failure = failureOfProblem(problem, response.status);
  return {...failure, retryAfterS: readRetryAfter(response.headers.get('Retry-After'))};
}

/** An RFC 9457 problem, from an answer or from a stream's `error` event. */
export function failureOfProblem(problem: unknown, status: number): Failure {
  const {detail, fields} = toRecord(problem);
  return describeFailure(nameKind(status), {
    detail: typeof detail === 'string' && detail !== '' ? detail : null,
    fields: readFields(fields),
  });
}

const KINDS: ReadonlyMap<number, FailureKind> = new Map([
  [401, 'signed-out'],
  [404, 'not-found'],
  [409, 'conflict'],
  [422, 'invalid'],
  [429, 'limit'],
]);

function nameKind(status: number): FailureKind {
  const isOfClient = status >= 400 && status < 500;
  return KINDS.get(status) ?? (isOfClient ? 'refused' : 'unavailable');
}

async function readProblem(response: Response): Promise<unknown> {
  // A proxy's page says nothing that a learner should read.
  if (!/\bjson\b/.test(response.headers.get('Content-Type') ?? '')) return null;
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** The server names `body.onboarding.role`; a form knows `role`. The first word on each counts. */
function readFields(fields: unknown): Readonly<Record<string, string>> {
  const named = new Map<string, string>();
  for (const each of Array.isArray(fields) ? fields : []) {
    const {field, message} = toRecord(each);
    if (typeof field !== 'string' || typeof message !== 'string') continue;
    const name = nameField(field);
    if (!named.has(name)) named.set(name, message);
  }
  return Object.fromEntries(named);
}

/** Signing in sends the e-mail address as OAuth2's `username`. */
function nameField(path: string): string {
  const last = path.split('.').findLast((part) => !/^\d+$/.test(part)) ?? path;
  return last === 'username' ? 'email' : last;
}

/** Seconds, or a date. */
function readRetryAfter(value: string | null): number | null {
  if (value === null) return null;
  if (/^\s*\d+\s*$/.test(value)) return Number(value);
  const seconds = Math.ceil((Date.parse(value) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? {...value} : {};
}
