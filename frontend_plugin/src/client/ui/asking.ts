/** Asking for the chapter, signing in first where that is needed. */

import {useEffect, useState} from 'react';
import type {AccountState, ChapterStore} from '../../core/types';

/** What `personalize` is asked for. */
export type Wish = NonNullable<Parameters<ChapterStore['personalize']>[0]>;

export interface Asking {
  /** Ask now, or as soon as the learner has signed in. */
  readonly ask: (wish: Wish) => void;
  /** The learner has asked, and it is not known yet whether somebody is signed in. */
  readonly isWaiting: boolean;
  readonly isDialogOpen: boolean;
  readonly openDialog: () => void;
  readonly closeDialog: () => void;
}

export function useAsking(store: ChapterStore, account: AccountState): Asking {
  const [wish, setWish] = useState<Wish | null>(null);
  const [isDialogOpen, setDialogOpen] = useState(false);
  const isSignedIn = account.phase === 'signed-in';

  useEffect(() => {
    if (!wish || isDialogOpen) return;
    // Where another provider signs in, only the request itself can tell whether somebody is.
    if (isSignedIn || account.external) {
      setWish(null);
      void store.personalize(wish);
    } else if (account.phase === 'signed-out') {
      setDialogOpen(true);
    }
  }, [wish, isDialogOpen, isSignedIn, account.external, account.phase, store]);

  return {
    ask: setWish,
    isWaiting: wish !== null && !isDialogOpen,
    isDialogOpen,
    openDialog: () => setDialogOpen(true),
    closeDialog: () => {
      setDialogOpen(false);
      if (!isSignedIn) setWish(null);
    },
  };
}
