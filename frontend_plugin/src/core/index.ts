/** What a site or another theme can use without React. */

export {createAccountStore} from './account';
export {createApi} from './api';
export type {Api, ApiOptions, NewAccount, Watching} from './api';
export {createChapterStore} from './chapter';
export type {ChapterOptions} from './chapter';
export {findChoice, forgetChoice, keepChoice} from './choice';
export type {Choice} from './choice';
export {setAccessTokenProvider} from './external';
export type {AccessTokenProvider} from './external';
export {ApiError, describeFailure, failureOf} from './failures';
export {
  completeOnboarding,
  DEFAULT_ONBOARDING,
  ONBOARDING_FIELDS,
  ONBOARDING_VALUES,
  OTHER_LANGUAGE,
} from './profile';
export type {OnboardingField} from './profile';
export {readEvents} from './sse';
export type {SseEvent} from './sse';
export {createTokens} from './tokens';
export type {TokenOptions, Tokens, TokenStorage} from './tokens';
export type * from './types';
export {isSafeImageUrl, isSafeUrl} from './urls';
