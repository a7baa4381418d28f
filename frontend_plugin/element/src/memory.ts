/** What a reader chose, kept in the browser: for this chapter, for the next page, for always. */

export interface Choice {
  /** Null for the profile's. */
  readonly language: string | null;
  readonly view: 'original' | 'personalized';
}

const LAST = 'chapterwise:last';
const ALWAYS = 'chapterwise:always';

/** For the rest of this tab's life: a reload finds it, and so does the next page of the book. */
export function rememberChoice(chapter: string, choice: Choice): void {
  const text = JSON.stringify(choice);
  for (const key of [LAST, nameKey(chapter)]) keep(() => sessionStorage, key, text);
}

/** What was chosen here, or else on the page before; null where nothing was. */
export function recallChoice(chapter: string): Choice | null {
  const text = read(() => sessionStorage, nameKey(chapter)) ?? read(() => sessionStorage, LAST);
  try {
    const {language, view}: Partial<Record<string, unknown>> = JSON.parse(text ?? '{}') ?? {};
    if (view !== 'original' && view !== 'personalized') return null;
    return {language: typeof language === 'string' ? language : null, view};
  } catch {
    return null;
  }
}

/** A language for every visit; null to keep none. */
export function rememberAlways(language: string | null): void {
  keep(() => localStorage, ALWAYS, language);
}

export function recallAlways(): string | null {
  return read(() => localStorage, ALWAYS);
}

function nameKey(chapter: string): string {
  return `chapterwise:chapter:${chapter}`;
}

/** A browser that keeps nothing still works. */
function keep(find: () => Storage, key: string, value: string | null): void {
  try {
    if (value === null) find().removeItem(key);
    else find().setItem(key, value);
  } catch {
    return;
  }
}

function read(find: () => Storage, key: string): string | null {
  try {
    return find().getItem(key);
  } catch {
    return null;
  }
}
