/**
 * A second reader of Markdown and MDX: remark, which shares no line with the splitter.
 *
 * Reads one JSON request per line, `{id, text, mdx, dialect}`, and answers each with one line:
 * `{id, parses, reason, nodes, words, shape, headings}`. A node is `[kind, start, end]` and words
 * are `[start, end]`; all offsets count Unicode code points, as Python does.
 */

import { createInterface } from 'node:readline';
import { toString } from 'mdast-util-to-string';
import { parse, postprocess, preprocess } from 'micromark';
import remarkDirective from 'remark-directive';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import remarkMdx from 'remark-mdx';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visitParents } from 'unist-util-visit-parents';

/** What micromark's tokens are called in an answer; tokens that are not here are no nodes. */
const KINDS = {
  yaml: 'yaml',
  codeFenced: 'code',
  codeIndented: 'indentedCode',
  codeText: 'inlineCode',
  mathFlow: 'math',
  mathText: 'inlineMath',
  htmlText: 'html',
  mdxJsxFlowTag: 'jsx',
  mdxJsxTextTag: 'jsx',
  mdxFlowExpression: 'expression',
  mdxTextExpression: 'expression',
  mdxjsEsm: 'esm',
  definition: 'definition',
  gfmFootnoteCall: 'footnote',
  gfmFootnoteDefinitionLabel: 'footnote',
  autolink: 'autolink',
  literalAutolinkHttp: 'url',
  literalAutolinkWww: 'url',
  literalAutolinkEmail: 'email',
  characterEscape: 'escape',
  characterReference: 'entity',
  hardBreakEscape: 'break',
  hardBreakTrailing: 'break',
  thematicBreak: 'rule',
  tableDelimiterRow: 'tableRule',
  directiveContainerSequence: 'directive',
  directiveContainerName: 'directive',
  directiveContainerLabelMarker: 'directive',
  directiveContainerAttributes: 'directive',
  directiveLeaf: 'directive',
  taskListCheck: 'task',
  listItemPrefix: 'marker',
  blockQuotePrefix: 'marker',
  atxHeadingSequence: 'marker',
  setextHeadingLine: 'marker',
  tableCellDivider: 'marker',
};

/** Fences of MyST that hold prose: the fence must stay, its body is read by people. */
const PROSE_FENCE =
  /^(?:`{3,}|~{3,})\{(?:admonition|attention|caution|danger|deprecated|error|hint|important|note|seealso|tip|topic|versionadded|versionchanged|versionremoved|warning)\}/;

/** Of a block of HTML only what is no text: tags, comments, and elements that hold no prose. */
const HTML_PARTS =
  /<!--[^]*?(?:-->|$)|<(script|style|pre|textarea|svg|math)\b[^]*?(?:<\/\1\s*>|$)|<[!?/]?[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>/gi;

/** Values of attributes that people read: they may be translated as any text. */
const READ_BY_PEOPLE = /(?<=\s(?:title|label|alt|summary|description|caption)=")[^"]*(?=")/g;

/** Text in these is no prose, though micromark cuts it up as if it were. */
const NO_PROSE = new Set([
  'autolink', 'codeFenced', 'definition', 'directiveContainerLabel', 'directiveLeaf',
  'gfmFootnoteCall', 'gfmFootnoteDefinitionLabel', 'image', 'literalAutolink', 'reference',
  'resource',
]);

/** Only blocks: `10:30` and `{ref}` are far more often text than a directive inside a sentence. */
function directiveBlocks() {
  remarkDirective.call(this);
  delete this.data().micromarkExtensions.at(-1).text;
}

/** MDX that does not compile is read as Markdown without what MDX does not have. */
function noCodeByIndentation() {
  const data = this.data();
  (data.micromarkExtensions ??= []).push({ disable: { null: ['codeIndented', 'htmlFlow'] } });
}

function makeReader(...plugins) {
  const reader = unified().use(remarkParse).use(remarkFrontmatter).use(remarkGfm).use(remarkMath);
  for (const plugin of plugins) reader.use(plugin);
  return reader.freeze();
}

const READERS = {};

function findReader(mdx, dialect) {
  const key = `${mdx} ${dialect}`;
  const directives = dialect === 'docusaurus' ? [directiveBlocks] : [];
  const more = { mdx: [remarkMdx], broken: [noCodeByIndentation], md: [] }[mdx];
  READERS[key] ??= makeReader(...more, ...directives);
  return READERS[key];
}

/** Sites that read MDX take HTML comments for MDX comments. No replacement here moves an offset. */
function readLikeSite(text) {
  return text.replace(/<!--([^]*?)-->/g, '{/* $1*/}');
}

/** Labels behind a formula, as MyST and Quarto write them, do not belong to it. */
function readLikeScholars(text) {
  return text.replace(/^([ \t>]*.*\$\$)([ \t]+(?:\([^()\n]*\)|\{[^{}\n]*\})[ \t]*)$/gm,
    (_, formula, label) => formula + ' '.repeat(label.length));
}

/** What Docusaurus does besides: heading ids are no expressions, admonitions may have titles. */
function readLikeDocusaurus(text) {
  return text
    .replace(/^(#{1,6} .*)\{(#[\w-]+)\}([ \t]*)$/gm, '$1($2)$3')
    .replace(/^([ \t>]*:{3,}[a-zA-Z]+)([ \t]+)([^[{\r\n]*)$/gm,
      (_, start, space, title) => start + ' '.repeat(space.length + title.length));
}

/** A line that opens an admonition or a tab of MkDocs: classes, then a title in quotes. */
const MKDOCS_OPENING =
  /^([ \t>]*)(!!!|\?\?\?(\+?)|===(?=[!+]* +"))(?= ?[\w-]+(?: +[\w-]+)*(?: +"[^"\n]*")?[ \t]*$|[!+]* +"[^"\n]*"[ \t]*$)/gm;

/**
 * Admonitions, tabs and definitions are lists to remark, which knows none of them: the body of an
 * item whose text begins at the fifth column is indented like theirs.
 */
function readLikeMkDocs(text) {
  return text
    .replace(MKDOCS_OPENING, (_, container, __, plus) => `${container}-  ${plus ? ' ' : ''}`)
    .replace(/^([ \t>]*):(?=[ \t]+\S)/gm, '$1-');
}

function answer({ text, mdx, dialect }) {
  const labelled = readLikeScholars(text);
  if (!mdx) {
    const shown = readLikeMkDocs(labelled);
    return { parses: true, reason: null, ...read(shown, text, 'md', dialect) };
  }
  const commented = readLikeSite(labelled);
  const shown = dialect === 'docusaurus' ? readLikeDocusaurus(commented) : commented;
  try {
    return { parses: true, reason: null, ...read(shown, text, 'mdx', dialect) };
  } catch (error) {
    return { parses: false, reason: String(error.reason ?? error), ...read(text, text, 'broken', dialect) };
  }
}

function read(shown, text, mdx, dialect) {
  const reader = findReader(mdx, dialect);
  const bare = shown.replace(/^\ufeff/, '');
  const bom = shown.length - bare.length;
  const tree = reader.parse(bare);
  const events = listEvents(bare, reader.data().micromarkExtensions);
  const toPoints = countPoints(text, bom);
  const { nodes, words } = listNodes(events, bare);
  return {
    nodes: nodes.map(([kind, start, end]) => [kind, toPoints(start), toPoints(end)]),
    words: words.map(([start, end]) => [toPoints(start), toPoints(end)]),
    ...describe(tree),
  };
}

function listEvents(text, extensions) {
  const parser = parse({ extensions }).document();
  return postprocess(parser.write(preprocess()(text, undefined, true)));
}

/** From an offset in UTF-16 units behind a BOM to one in code points of the whole text. */
function countPoints(text, bom) {
  if (!/[\ud800-\udbff]/.test(text)) return (offset) => offset + bom;
  const points = new Uint32Array(text.length + 1);
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    points[index] = count;
    const low = text.charCodeAt(index) >> 10 === 0x37 && text.charCodeAt(index - 1) >> 10 === 0x36;
    if (!low) count++;
    if (low) points[index] = count - 1;
  }
  points[text.length] = count;
  return (offset) => points[offset + bom];
}

function listNodes(events, text) {
  const nodes = [];
  const words = [];
  const links = [];
  let unread = 0;
  for (const [step, token] of events) {
    const start = token.start.offset;
    const end = token.end.offset;
    if (NO_PROSE.has(token.type)) unread += step === 'enter' ? 1 : -1;
    if (token.type === 'link' || token.type === 'image') {
      if (step === 'enter') links.push({ token, target: null });
      else nodes.push(nameLink(links.pop()));
    }
    if (step === 'exit') continue;
    if (token.type === 'resource' || (token.type === 'reference' && end - start > 2)) {
      links.at(-1).target = token;
    }
    if (token.type === 'data' && unread === 0) words.push([start, end]);
    if (token.type === 'codeFenced' && PROSE_FENCE.test(text.slice(start, end))) {
      nodes.push(['directive', start, start + text.slice(start).match(PROSE_FENCE)[0].length]);
      continue;
    }
    if (token.type === 'htmlFlow') nodes.push(...listElements(text.slice(start, end), start));
    if (token.type in KINDS) nodes.push(...listFixed(KINDS[token.type], text.slice(start, end), start));
  }
  return { nodes, words };
}

function listElements(html, offset) {
  const parts = [...html.matchAll(HTML_PARTS)];
  return parts.flatMap(({ 0: part, index }) => listFixed('html', part, offset + index));
}

/** A node, or what is left of a tag around its values that people read. */
function listFixed(kind, text, offset) {
  const isTag = (kind === 'html' || kind === 'jsx') && !/^<(?:!--|script|style|pre|textarea)/i.test(text);
  const values = isTag ? [...text.matchAll(READ_BY_PEOPLE)] : [];
  const ends = values.map(({ 0: value, index }) => offset + index + value.length);
  const starts = values.map(({ index }) => offset + index);
  return [offset, ...ends].map((start, i) => [kind, start, starts[i] ?? offset + text.length]);
}

/** A link's target may not change; where it has none of its own, the label is the key. */
function nameLink({ token, target }) {
  const kind = token.type === 'image' ? 'image' : 'target';
  if (target) return [kind, target.start.offset, target.end.offset];
  return [token.type === 'image' ? 'image' : 'label', token.start.offset, token.end.offset];
}

function describe(tree) {
  const shape = [];
  const headings = [];
  visitParents(tree, (node, ancestors) => {
    const depth = ancestors.filter(({ type }) => CONTAINERS.has(type)).length;
    const form = formOf(node);
    if (form) shape.push(`${depth} ${form}`);
    if (node.type === 'heading') headings.push([node.depth, toString(node)]);
  });
  return { shape, headings };
}

const CONTAINERS = new Set(['blockquote', 'list', 'listItem', 'footnoteDefinition']);

function formOf(node) {
  switch (node.type) {
    case 'heading':
      return `heading ${node.depth}`;
    case 'list':
      return `list ${node.ordered ? `from ${node.start}` : 'of bullets'}: ${node.children.map(formOfItem).join('')}`;
    case 'table':
      return `table ${node.children.map((row) => row.children.length).join(' ')}`;
    case 'blockquote':
    case 'footnoteDefinition':
    case 'containerDirective':
      return node.type;
    default:
      return null;
  }
}

function formOfItem({ checked }) {
  if (checked === null || checked === undefined) return '-';
  return checked ? 'x' : 'o';
}

createInterface({ input: process.stdin, crlfDelay: Infinity }).on('line', (line) => {
  const request = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id: request.id, ...answer(request) })}\n`);
});
