/** A value that others watch; the shape that React's `useSyncExternalStore` wants. */

export class Watched<State extends object> {
  readonly #listeners = new Set<() => void>();
  #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  // Arrow functions, because both are handed around without their object.
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly getSnapshot = (): State => this.#state;

  /** A new snapshot, but only where something is really another. */
  change(changes: Partial<State>): void {
    const next = {...this.#state, ...changes};
    if (isSame(this.#state, next)) return;
    this.#state = next;
    for (const listener of Array.from(this.#listeners)) listener();
  }

  clear(): void {
    this.#listeners.clear();
  }
}

function isSame<State extends object>(one: State, other: State): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const before = new Map<string, unknown>(Object.entries(one));
  const after = new Map<string, unknown>(Object.entries(other));
  return Array.from(names).every((name) => Object.is(before.get(name), after.get(name)));
}
