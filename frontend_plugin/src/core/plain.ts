/** Markdown as plain text: good enough to compare two versions, never used to show one. */

/** Around what must not be cut into words; both are private characters that no text has. */
const OPEN = '\uE000';
const CLOSE = '\uE001';

export function toPlainText(markdown: string): string {
  const text = markdown
    .replaceAll(/[\uE000\uE001]/g, '')
    .replaceAll(/\r\n?/g, '\n')
    .replace(/^\uFEFF?---\n[\s\S]*?\n---(?:\n|$)/, '');
  return takeFences(text)
    .map((part) => (part.isCode ? `${OPEN}${part.text}${CLOSE}` : stripProse(part.text)))
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}

interface Part {
  readonly text: string;
  readonly isCode: boolean;
}

/** Listings apart from prose; a fence that never ends is a listing to the end, as in Markdown. */
function takeFences(text: string): readonly Part[] {
  const parts: Part[] = [];
  let lines: string[] = [];
  let fence: string | null = null;
  const flush = (isCode: boolean): void => {
    if (lines.length > 0) parts.push({text: lines.join('\n'), isCode});
    lines = [];
  };
  for (const line of text.split('\n')) {
    const mark = /^[ \t>]*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === null && mark !== undefined) {
      flush(false);
      fence = mark;
    } else if (fence !== null && mark?.startsWith(fence) && isOnlyMark(line)) {
      flush(true);
      fence = null;
    } else lines.push(line);
  }
  flush(fence !== null);
  return parts;
}

function isOnlyMark(line: string): boolean {
  return /^[ \t>]*(?:`+|~+)[ \t]*$/.test(line);
}

/** One after the other: what protects its inside first, then marks of lines, then of words. */
function stripProse(text: string): string {
  return takeTokens(text)
    .map((part) => (part.isCode ? `${OPEN}${part.text}${CLOSE}` : stripMarks(part.text)))
    .join('');
}

/** Inline code, formulas and displayed formulas. None of the patterns can look far back. */
const TOKENS = /(?<!`)(`+)(?!`)([^`]+)\1(?!`)|\$\$([^$]+)\$\$|(?<![\\$])\$(?![\s$])([^$\n]+)\$/g;

function takeTokens(text: string): readonly Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (const match of text.matchAll(TOKENS)) {
    parts.push({text: text.slice(start, match.index), isCode: false});
    parts.push({text: (match[2] ?? match[3] ?? match[4] ?? '').trim(), isCode: true});
    start = match.index + match[0].length;
  }
  parts.push({text: text.slice(start), isCode: false});
  return parts;
}

/** Runs of spaces go first, so that no pattern after it can try many ways to match one. */
function stripMarks(text: string): string {
  return text
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/<!--[^<>]*-->|\{\/\*[^*]*\*\/\}/g, '')
    .split('\n')
    .filter((line) => !isOnlyMarks(line))
    .map((line, index, lines) => stripLine(line, index === lines.length - 1))
    .join('\n');
}

/** Rules, the line under a table's head, definitions of links, imports. */
function isOnlyMarks(line: string): boolean {
  if (/^[ :|-]+$/.test(line) && line.includes('---')) return true;
  return /^ ?(?:(?:[*_] ?){3,}$|\[[^\]]+\]: ?\S|import\s|export\s)/.test(line);
}

function stripLine(line: string, isLast: boolean): string {
  const text = stripWords(
    line
      .replace(/^ ?:{3,} ?\w* ?(?:\[([^\]]*)\])?.*$/, '$1')
      .replace(/^ ?(?:> ?)+/, '')
      .replace(/^ ?#{1,6} /, '')
      .replace(/ ?\{#[\w-]+\} ?$/, '')
      .replace(/^ ?[-*+] /, '• '),
  );
  // A token may follow the last line of this part, and the space before it is the author's.
  return isLast ? text : text.trimEnd();
}

function stripWords(text: string): string {
  return text
    .replaceAll(/ ?\| ?/g, ' ')
    .replaceAll(/!?\[([^\][]*)\](?:\([^()]*\)|\[[^\][]*\])/g, '$1')
    .replaceAll(/<\/?[A-Za-z][^<>]*>/g, '')
    .replaceAll(/(\*{1,3}|~~)(?=\S)([^*~]+)\1/g, '$2')
    .replaceAll(/(?<![\p{L}\p{N}])(_{1,3})(?=\S)([^_]+)\1(?![\p{L}\p{N}])/gu, '$2')
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1');
}
