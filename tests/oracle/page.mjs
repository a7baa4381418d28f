/**
 * What Docusaurus makes of a chapter: the top-level elements of the page, from its own MDX loader.
 *
 * Reads one JSON request per line, `{id, text, format}`, and answers each with one line:
 * `{id, compiles, reason, elements}`. An element is `[name, text]`: the name of its tag or
 * component, or `expression` or `text`, and the words that are in it. The packages are those of
 * the theme, in `frontend_plugin/`.
 */

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../../frontend_plugin/package.json', import.meta.url));
const { createProcessors } = require('@docusaurus/mdx-loader/lib/processor.js');
const { compileToJSX } = require('@docusaurus/mdx-loader/lib/utils.js');
const { DEFAULT_PARSE_FRONT_MATTER } = require('@docusaurus/utils');
const { default: remarkMath } = await import(pathToFileURL(require.resolve('remark-math')).href);

/** The defaults of a site with formulas and mermaid; pictures and links are not looked for. */
const MARKDOWN = {
  format: 'mdx',
  mermaid: true,
  emoji: true,
  mdx1Compat: { comments: true, admonitions: true, headingIds: true },
  anchors: { maintainCase: false },
  hooks: { onBrokenMarkdownImages: 'ignore', onBrokenMarkdownLinks: 'ignore' },
};
const OPTIONS = {
  markdownConfig: MARKDOWN,
  admonitions: true,
  removeContentTitle: false,
  siteDir: '/site',
  staticDirs: [],
  remarkPlugins: [remarkMath],
  rehypePlugins: [recordElements],
};
OPTIONS.processors = await createProcessors({ options: OPTIONS });

/** Behind all other plugins the tree is the page: its children are the fragment's. */
function recordElements() {
  return (tree, file) => {
    file.data.elements = tree.children.filter(isRendered).map((node) => [nameOf(node), wordsOf(node)]);
  };
}

function isRendered(node) {
  if (node.type === 'element' || node.type === 'mdxJsxFlowElement') return true;
  if (node.type === 'mdxFlowExpression') return node.data?.estree?.body.length > 0;
  return node.type === 'text' && node.value.trim() !== '';
}

function nameOf(node) {
  if (node.type === 'mdxFlowExpression') return 'expression';
  return node.tagName ?? node.name ?? node.type;
}

function wordsOf(node) {
  if (node.type === 'mdxFlowExpression') return '';
  return node.value ?? (node.children ?? []).map(wordsOf).join('');
}

async function answer({ text, format }) {
  const filePath = `/site/docs/page.${format}`;
  const options = { ...OPTIONS, markdownConfig: { ...MARKDOWN, format } };
  try {
    const { frontMatter } = await DEFAULT_PARSE_FRONT_MATTER({ fileContent: text });
    const compiled = await compileToJSX({
      fileContent: text, filePath, frontMatter, options, compilerName: 'server',
    });
    return { compiles: true, reason: null, elements: compiled.data.elements };
  } catch (error) {
    return { compiles: false, reason: String(error.cause?.reason ?? error), elements: [] };
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const request = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id: request.id, ...(await answer(request)) })}\n`);
}
