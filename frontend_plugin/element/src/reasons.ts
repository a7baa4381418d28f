/** Why the chapter reads as it does, in words: what was done for whom, by whom, what was not. */

import type {ChapterState, Explanation} from './core';
import {make} from './dom';
import type {Key, Say} from './words';

const ORIGINALS: Readonly<Record<string, Key>> = {
  not_asked: 'not_asked',
  locked: 'locked',
  no_prose: 'no_prose',
  reserved: 'reserved',
  nothing_to_change: 'nothing_to_change',
  rejected: 'rejected',
  outage: 'outage',
  budget: 'budget',
  stopped: 'stopped_rewriting',
  unaccepted: 'unaccepted',
};

export function describeReasons(state: ChapterState, language: string, say: Say): readonly Node[] {
  const planned = state.plan?.transformations ?? [];
  const explanation = state.done?.explanation;
  const list =
    planned.length === 0
      ? make('p', {}, say('whyNone'))
      : make(
          'ul',
          {},
          ...planned.map(({id, title, reason}) =>
            make(
              'li',
              {},
              make('strong', {}, make('bdi', {}, title)),
              make('br'),
              make('bdi', {}, reason),
              ...(explanation ? [make('br'), describeEffect(explanation, id, say)] : []),
            ),
          ),
        );
  const account = explanation ? describeAccount(explanation, language, say) : [];
  return [list, ...account.map((sentence) => make('p', {}, sentence))];
}

function describeEffect({transformations}: Explanation, id: string, say: Say): string {
  const effect = transformations.find((each) => each.id === id);
  const {sections, notes} = effect ?? {sections: 0, notes: 0};
  if (sections === 0 && notes === 0) return say('whyNeedless');
  const said = [
    ...(sections > 0 ? [say('whySections', {sections})] : []),
    ...(notes > 0 ? [say('whyNotes', {notes})] : []),
  ];
  return said.join(' ');
}

function describeAccount(explanation: Explanation, language: string, say: Say): readonly string[] {
  const {writers, reviews, originals} = explanation;
  const model = writers.get('model') ?? 0;
  const instructor = writers.get('instructor') ?? 0;
  const [passed = 0, repaired = 0, partly = 0] = ['passed', 'repaired', 'partly_original'].map(
    (verdict) => reviews.get(verdict) ?? 0,
  );
  const read = passed + repaired + partly;
  return [
    ...(model > 0 ? [say('whyModel', {sections: model})] : []),
    ...(read > 0 ? [say('whyReview', {read, repaired, partly})] : []),
    ...(instructor > 0 ? [say('whyInstructor', {sections: instructor})] : []),
    ...(writers.has('fact_sheet') ? [say('whyFacts')] : []),
    ...describeOriginals(originals, language, say),
  ];
}

function describeOriginals(
  originals: ReadonlyMap<string, number>,
  language: string,
  say: Say,
): readonly string[] {
  const numbers = new Intl.NumberFormat(language);
  const reasons = Object.entries(ORIGINALS).flatMap(([name, key]) => {
    const count = originals.get(name) ?? 0;
    return count > 0 ? [`${numbers.format(count)} (${say(key)})`] : [];
  });
  if (reasons.length === 0) return [];
  const list = new Intl.ListFormat(language, {type: 'unit'}).format(reasons);
  return [say('whyOriginals', {reasons: list})];
}
