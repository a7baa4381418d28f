/** Two spellings that MDX reads in one way and a Markdown parser in another, made plain. */

const FENCE = /^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(`{3,}|~{3,})/;
const NOTE = /^([ \t>]*:{3,})([a-z][\w-]*)[ \t]+([^[{\s].*)$/i;
const GROUP = /^[ \t>]*<(?:details|\/details|summary)\b[^]*>[ \t]*$/i;

/** The text that the parser gets; what stands in listings is left alone. */
export function prepare(markdown: string): string {
  let fence: string | null = null;
  const lines = markdown.split(/\r\n|\r|\n/).map((line) => {
    const mark = FENCE.exec(line)?.[1] ?? null;
    if (fence !== null) {
      if (mark !== null && closes(line, mark, fence)) fence = null;
      return line;
    }
    fence = mark;
    return mark === null ? prepareLine(line) : line;
  });
  return lines.join('\n') + defineFootnotes(markdown);
}

function closes(line: string, mark: string, fence: string): boolean {
  return mark.startsWith(fence) && line.trimEnd().endsWith(mark);
}

/** `:::note Title` is `:::note[Title]`; a group's tags stand alone, as MDX reads them anyway. */
function prepareLine(line: string): string {
  if (GROUP.test(line)) return `${prefixOf(line)}\n${line}\n${prefixOf(line)}`;
  return line.replace(NOTE, (_, opening, kind, title) => `${opening}${kind}[${title.trim()}]`);
}

/** A blank line inside a quote is still one of the quote. */
function prefixOf(line: string): string {
  return /^[ \t]*(?:>[ \t]*)*/.exec(line)?.[0].trimEnd() ?? '';
}

/**
 * A mark is only read as one where its note is defined; the notes themselves are at the end of the
 * author's page, so that these definitions are never shown.
 */
function defineFootnotes(markdown: string): string {
  const labels = new Set(Array.from(markdown.matchAll(/\[\^([^\]\s]+)\]/g), ([, label]) => label));
  return Array.from(labels, (label) => `\n\n[^${label}]: .`).join('');
}
