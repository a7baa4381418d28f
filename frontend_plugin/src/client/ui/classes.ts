/** Joining class names: the stable ones for the site's own CSS, and the module's. */

/** The names that are there, with a space between. */
export function join(...names: readonly (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}

/** The stable class name of a part, by which a site's own style sheet may find it. */
export function stable(part: string): string {
  return `theme-chapterwise-${part}`;
}
