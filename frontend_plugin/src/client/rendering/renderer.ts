/** The part of the theme that turns Markdown into elements; fetched when it is first needed. */

import {useEffect, useSyncExternalStore} from 'react';

import type {Sources} from '../../naming';
import {loadSources} from '../chapter';
import type {composeSection} from './compose';

export interface Renderer {
  readonly compose: typeof composeSection;
  /** The pages of the site, for links from one chapter to another. */
  readonly sources: Sources;
}

let renderer: Renderer | null = null;
let loading: Promise<void> | null = null;
const listeners = new Set<() => void>();

/**
 * Not `React.lazy`: its boundary would stand between the page and the author's components, and
 * putting it there would make all of them anew.
 */
export function loadRenderer(): Promise<void> {
  loading ??= Promise.all([import('./compose'), loadSources()]).then(
    ([{composeSection}, sources]) => {
      renderer = {compose: composeSection, sources};
      for (const listener of Array.from(listeners)) listener();
    },
    () => {
      // Without it the author's text stays; the next section that comes tries again.
      loading = null;
    },
  );
  return loading;
}

/** Null until it is there; asked for as soon as it is wanted. */
export function useRenderer(isWanted: boolean): Renderer | null {
  const current = useSyncExternalStore(subscribe, getRenderer, getRenderer);
  useEffect(() => {
    if (isWanted && current === null) void loadRenderer();
  }, [isWanted, current]);
  return current;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function getRenderer(): Renderer | null {
  return renderer;
}
