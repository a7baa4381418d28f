/** The API as functions: each rejects with an `ApiError`, or an `AbortError` when given up. */

import {readAccount, readJudgements, readTokenPair} from './decoding';
import {ApiError, describeFailure, isAbort, readFailure} from './failures';
import {writeOnboarding} from './profile';
import {followChapter} from './renditions';
import type {StreamLimits} from './sse';
import type {Tokens} from './tokens';
import type {
  Account,
  DoneEvent,
  Feedback,
  Judgement,
  Onboarding,
  PersonalizeRequest,
  StreamEvent,
} from './types';

export interface NewAccount {
  readonly email: string;
  readonly password: string;
  readonly onboarding?: Partial<Onboarding>;
  readonly invite?: string;
}

export interface Watching {
  readonly signal?: AbortSignal;
  /** Called for each event as it comes, `done` too; an `error` event is the rejection instead. */
  readonly onEvent?: (event: StreamEvent) => void;
}

export interface Api {
  register(account: NewAccount): Promise<Account>;
  signIn(email: string, password: string): Promise<Account>;
  /** Renew the session now; whether there still is one. */
  refresh(): Promise<boolean>;
  signOut(): Promise<void>;
  me(): Promise<Account>;
  saveOnboarding(onboarding: Onboarding): Promise<Account>;
  changePassword(currentPassword: string, newPassword: string): Promise<void>;
  exportData(): Promise<Blob>;
  erase(): Promise<void>;
  personalize(request: PersonalizeRequest, watching?: Watching): Promise<DoneEvent>;
  feedback(feedback: Feedback): Promise<void>;
  /** What the learner has said of this chapter and its sections. */
  recallFeedback(chapterId: string): Promise<readonly Judgement[]>;
}

export interface ApiOptions {
  readonly apiUrl: string;
  readonly tokens: Tokens;
  readonly fetch?: typeof fetch;
  readonly sleep?: Sleep;
  readonly limits?: Partial<StreamLimits>;
}

/** Wait, unless the signal says that nobody waits any longer. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** Send a request to a path of the API as who is signed in. */
export type Send = (path: string, init?: RequestInit) => Promise<Response>;

export function createApi(options: ApiOptions): Api {
  const {tokens} = options;
  const sendPlain = createSend(options);
  const send = createSignedSend(sendPlain, tokens);

  const startSession = async (answer: Promise<Response>): Promise<Account> => {
    const pair = readTokenPair(await readJson(answer));
    tokens.keep(pair);
    return pair.account;
  };

  return {
    register: ({onboarding = {}, ...account}) =>
      startSession(
        sendPlain('/auth/register', {
          ...writeJson('POST', {...account, onboarding: writeOnboarding(onboarding)}),
        }),
      ),

    signIn: (email, password) =>
      startSession(
        sendPlain('/auth/token', {
          method: 'POST',
          body: new URLSearchParams({grant_type: 'password', username: email, password}),
        }),
      ),

    refresh: async () => (await tokens.renew(await tokens.find())) !== null,

    // The page is signed out whatever becomes of the request, and at once.
    signOut: async () => {
      const refreshToken = tokens.forget();
      if (refreshToken === null) return;
      const body = {refresh_token: refreshToken};
      await sendPlain('/auth/logout', {...writeJson('POST', body), keepalive: true}).catch(ignore);
    },

    me: async () => readAccount(await readJson(send('/me'))),

    saveOnboarding: async (onboarding) =>
      readAccount(
        await readJson(send('/me/onboarding', writeJson('PUT', writeOnboarding(onboarding)))),
      ),

    changePassword: async (currentPassword, newPassword) => {
      const body = {current_password: currentPassword, new_password: newPassword};
      await send('/me/password', writeJson('PUT', body));
    },

    exportData: async () => readBody(send('/me/export'), (response) => response.blob()),

    erase: async () => {
      await send('/me', {method: 'DELETE'});
      tokens.forget();
    },

    personalize: (request, watching = {}) =>
      followChapter({send, sendPlain}, request, watching, options),

    feedback: async (feedback) => {
      await send('/feedback', writeJson('POST', feedback));
    },

    recallFeedback: async (chapterId) => {
      const query = new URLSearchParams({chapter_id: chapterId}).toString();
      return readJudgements(await readJson(send(`/feedback?${query}`)));
    },
  };
}

function createSend({apiUrl, fetch: own}: ApiOptions): Send {
  const request = own ?? ((...parts: Parameters<typeof fetch>) => fetch(...parts));
  return async (path, init) => {
    const response = await reach(() => request(`${apiUrl}/api/v1${path}`, init));
    if (!response.ok) throw new ApiError(await readFailure(response));
    return response;
  };
}

/** With a token, and once more with another one when the API does not take it. */
function createSignedSend(send: Send, tokens: Tokens): Send {
  return async (path, init = {}) => {
    const token = await tokens.find();
    if (token === null) throw new ApiError(describeFailure('signed-out'));
    try {
      return await send(path, withToken(init, token));
    } catch (error) {
      if (!(error instanceof ApiError) || error.failure.kind !== 'signed-out') throw error;
      const next = await tokens.renew(token);
      if (next === null) throw error;
      return send(path, withToken(init, next));
    }
  };
}

function withToken(init: RequestInit, token: string): RequestInit {
  const headers = new Headers(init.headers);
  headers.set('Authorization', `Bearer ${token}`);
  return {...init, headers};
}

function writeJson(method: string, body: object): RequestInit {
  return {method, headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)};
}

function readJson(answer: Promise<Response>): Promise<unknown> {
  return readBody(answer, (response) => response.json());
}

async function readBody<T>(
  answer: Promise<Response>,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const response = await answer;
  return reach(() => read(response));
}

/** A browser tells a dead network and a refused origin alike, by a TypeError without more words. */
async function reach<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isAbort(error)) throw error;
    const kind = error instanceof SyntaxError ? 'unavailable' : 'offline';
    throw new ApiError(describeFailure(kind), {cause: error});
  }
}

function ignore(): void {}
