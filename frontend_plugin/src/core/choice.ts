/** What a reader has chosen on this site, kept by the browser: their own version, in which language. */

export interface Choice {
  /** Whether the reader wants their own version and not the author's. */
  readonly isPersonalized: boolean;
  /** A BCP-47 tag; null for the language of the profile. */
  readonly language: string | null;
}

const KEY = 'chapterwise.choice';

/** Null where nothing was chosen, or nothing can be kept. */
export function findChoice(): Choice | null {
  try {
    return readChoice(JSON.parse(globalThis.localStorage?.getItem(KEY) ?? 'null'));
  } catch {
    return null;
  }
}

/** A browser that keeps nothing asks for a click on every page. */
export function keepChoice(choice: Choice): void {
  try {
    globalThis.localStorage?.setItem(KEY, JSON.stringify(choice));
  } catch {
    // Its storage is full, or switched off.
  }
}

/** Whoever reads here next begins with the author's text. */
export function forgetChoice(): void {
  try {
    globalThis.localStorage?.removeItem(KEY);
  } catch {
    // Nothing was kept either.
  }
}

/** Another tab, or a later version of ours, may have written it. */
function readChoice(value: unknown): Choice | null {
  if (typeof value !== 'object' || value === null) return null;
  const {isPersonalized, language}: {isPersonalized?: unknown; language?: unknown} = value;
  if (typeof isPersonalized !== 'boolean') return null;
  return {isPersonalized, language: typeof language === 'string' ? language : null};
}
