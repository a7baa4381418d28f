/** Sending a form: one at a time, with the failure kept for the page to tell. */

import {useRef, useState} from 'react';

import {failureOf} from '../../core/failures';
import type {Failure} from '../../core/types';

export interface Submission {
  readonly isPending: boolean;
  readonly failure: Failure | null;
  /** Do it; whether it went well. A second call while the first runs does nothing. */
  readonly run: (action: () => Promise<void>) => Promise<boolean>;
  readonly forget: () => void;
}

export function useSubmission(): Submission {
  const [isPending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const running = useRef(false);

  async function run(action: () => Promise<void>): Promise<boolean> {
    if (running.current) return false;
    running.current = true;
    setPending(true);
    setFailure(null);
    try {
      await action();
      return true;
    } catch (error) {
      setFailure(failureOf(error));
      return false;
    } finally {
      running.current = false;
      setPending(false);
    }
  }
  return {isPending, failure, run, forget: () => setFailure(null)};
}
