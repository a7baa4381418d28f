/** The one door to the core: what the element uses of it, and nothing is imported past it. */

export {createApi} from '../../src/core/api';
export type {Api} from '../../src/core/api';
export {createChapterStore} from '../../src/core/chapter';
export {describeDifference} from '../../src/core/difference';
export type {Difference} from '../../src/core/difference';
export {failureOf} from '../../src/core/failures';
export {directionOf, nameIn, nameLanguage, primaryOf} from '../../src/core/languages';
export {createTokens} from '../../src/core/tokens';
export type {Tokens} from '../../src/core/tokens';
export type {
  Block,
  ChapterState,
  ChapterStore,
  DoneEvent,
  Explanation,
  Failure,
  Fault,
  Judgement,
  PlanEvent,
  NativeBlock,
  ShownSection,
  TreeBlock,
} from '../../src/core/types';
export {isSafeImageUrl, isSafeUrl} from '../../src/core/urls';
