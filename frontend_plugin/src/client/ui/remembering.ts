/** A page begins as its reader left the last one: with their version, in the language they chose. */

import {useEffect, useState} from 'react';

import {findChoice} from '../../core/choice';
import type {Choice} from '../../core/choice';
import type {AccountState, ChapterState} from '../../core/types';
import type {Wish} from './asking';

/**
 * The choice that was kept when the page was opened, once the browser's storage has been read; it
 * is asked for as soon as it is known that somebody is signed in.
 */
export function useRememberedChoice(
  state: ChapterState,
  account: AccountState,
  ask: (wish: Wish) => void,
): Choice | null {
  const [choice, setChoice] = useState<Choice | null>(null);
  const [isUsed, setUsed] = useState(false);
  useEffect(() => setChoice(findChoice()), []);

  useEffect(() => {
    if (choice === null || isUsed || account.phase !== 'signed-in') return;
    setUsed(true);
    if (choice.isPersonalized && state.phase === 'idle') ask({language: choice.language});
  }, [choice, isUsed, account.phase, state.phase, ask]);
  return choice;
}
