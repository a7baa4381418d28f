/** The stores of `core/` as React sees them: one per page for the chapter, one for the account. */

import React, {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import type {ReactNode} from 'react';

import {createChapterStore} from '../core';
import type {AccountState, AccountStore, ChapterState, ChapterStore} from '../core/types';
import {findSourceHash, usePageChapter} from './chapter';
import type {PageChapter} from './chapter';
import {startOnce, useServices} from './services';
import type {Services} from './services';

interface OfChapter {
  readonly state: ChapterState;
  readonly store: ChapterStore;
}

interface OfAccount {
  readonly state: AccountState;
  readonly store: AccountStore;
}

const ChapterContext = createContext<ChapterStore | null>(null);
const AccountContext = createContext<AccountStore | null>(null);

/** Give the page its chapter: a new store for every page, closed when the learner leaves it. */
export function ChapterProvider({children}: {readonly children: ReactNode}) {
  const services = useServices();
  const page = usePageChapter();
  if (services === null || page === null) {
    return <ChapterContext.Provider value={null}>{children}</ChapterContext.Provider>;
  }
  return (
    <PageChapterProvider key={page.source} services={services} page={page}>
      {children}
    </PageChapterProvider>
  );
}

interface PageChapterProps {
  readonly services: Services;
  readonly page: PageChapter;
  readonly children: ReactNode;
}

function PageChapterProvider({services, page, children}: PageChapterProps) {
  const store = useOwnStore(services, page);
  return <ChapterStoreProvider store={store}>{children}</ChapterStoreProvider>;
}

/** React may run effects twice on one component; a store that was closed is replaced then. */
function useOwnStore(services: Services, page: PageChapter): ChapterStore {
  const open = () =>
    createChapterStore({
      api: services.api,
      chapterId: page.chapterId,
      sourceHash: () => findSourceHash(page.source),
    });
  const [own, setOwn] = useState(() => ({store: open(), closed: false}));
  useEffect(() => {
    if (own.closed) {
      setOwn({store: open(), closed: false});
      return undefined;
    }
    return () => {
      own.closed = true;
      own.store.close();
    };
    // The provider is keyed by the page, so that nothing else can change under it.
  }, [own]);
  return own.store;
}

interface StoreProps<Store> {
  readonly store: Store;
  readonly children: ReactNode;
}

/** For pages that are put together by hand: a chapter's store as it is. */
export function ChapterStoreProvider({store, children}: StoreProps<ChapterStore>) {
  return <ChapterContext.Provider value={store}>{children}</ChapterContext.Provider>;
}

export function AccountStoreProvider({store, children}: StoreProps<AccountStore>) {
  return <AccountContext.Provider value={store}>{children}</AccountContext.Provider>;
}

/** The page's chapter, without following what happens to it. */
export function useChapterStore(): ChapterStore | null {
  return useContext(ChapterContext);
}

/** The page's chapter and all that is known of it; null where the page has none. */
export function useChapter(): OfChapter | null {
  const store = useChapterStore();
  const state = useChapterValue(store, same);
  return useMemo(
    () => (store === null || state === null ? null : {state, store}),
    [state, store],
  );
}

function same(state: ChapterState): ChapterState {
  return state;
}

/**
 * One value out of the chapter's state; the component renders again only when it changes, so
 * `select` must give the identical value while nothing that it looks at has changed.
 */
export function useChapterValue<Value>(
  store: ChapterStore | null,
  select: (state: ChapterState) => Value,
): Value | null {
  const read = () => (store === null ? null : select(store.getSnapshot()));
  return useSyncExternalStore(useSubscription(store), read, read);
}

/** Who is reading. The browser's storage is read after the first render, as on the server. */
export function useAccount(): OfAccount {
  const given = useContext(AccountContext);
  const services = useServices();
  const store = given ?? services?.account;
  if (store === undefined) throw new Error('docusaurus-theme-chapterwise is not configured.');
  const read = () => store.getSnapshot();
  const state = useSyncExternalStore(useSubscription(store), read, read);
  useEffect(() => startOnce(store), [store]);
  return useMemo(() => ({state, store}), [state, store]);
}

interface Subscribable {
  subscribe(listener: () => void): () => void;
}

function useSubscription(store: Subscribable | null): (listener: () => void) => () => void {
  return useCallback((listener) => store?.subscribe(listener) ?? doNothing, [store]);
}

function doNothing(): void {
  // There is no store to leave.
}
