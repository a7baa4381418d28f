/** Markdown as the site's own elements: no HTML, no script, nothing but what is on the list. */

import {Fragment, jsx, jsxs} from 'react/jsx-runtime';
import type {ReactNode} from 'react';
import type {Root as Hast} from 'hast';
import {toJsxRuntime} from 'hast-util-to-jsx-runtime';
import type {Components as JsxComponents} from 'hast-util-to-jsx-runtime';
import type {Root} from 'mdast';
import remarkDirective from 'remark-directive';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import {unified} from 'unified';
import type {Data, Plugin} from 'unified';
import {visit} from 'unist-util-visit';

import {isSafeUrl} from '../../core/urls';
import type {Components} from './elements';
import {prepare} from './preparing';
import {settle, SLOT} from './settling';
import type {Settling} from './settling';
import {nestTags} from './tags';

export interface Manner extends Omit<Settling, 'keep' | 'text'> {
  readonly components: Components;
}

export function renderMarkdown(markdown: string, manner: Manner): ReactNode {
  const text = prepare(markdown);
  const slots: ReactNode[] = [];
  const tree = parse(text, manner);
  settle(tree, {...manner, text, keep: (node) => slots.push(node) - 1});
  const hast = toHast.runSync(tree);
  dropUnsafe(hast);
  // A name for what stands for an element of the page; no Markdown can say it.
  const Slot = ({slot}: {readonly slot?: unknown}) => slots[Number(slot)];
  const components: Components = {...manner.components, [SLOT]: Slot, wrapper: undefined};
  return toJsxRuntime(hast, {
    Fragment,
    jsx,
    jsxs,
    ignoreInvalidStyle: true,
    // The site's components are told by the names that Docusaurus gave them.
    components: components as Partial<JsxComponents>,
  });
}

/** A dollar is a dollar on a site that has no formulas. */
function parse(text: string, {stock}: Manner): Root {
  const {inline, display} = stock.formulas;
  const parser = inline.size + display.size > 0 ? withFormulas : withoutFormulas;
  const tree = parser.parse(text);
  nestTags(tree, (inner) => parser.parse(inner).children);
  return tree;
}

const withoutFormulas = unified()
  .use(remarkParse)
  .use<[], Root>(readLikeMdx)
  .use(remarkGfm)
  .use(remarkDirective)
  .use<[], Root>(ignoreTextDirectives)
  .freeze();

const withFormulas = withoutFormulas().use(remarkMath).freeze();

const toHast = unified().use(remarkRehype).freeze();

type Own = Plugin<[], Root>;
type Extension = NonNullable<Data['micromarkExtensions']>[number];

/** MDX knows no listings by indentation. */
function readLikeMdx(this: ThisParameterType<Own>): void {
  addExtension(this.data(), {disable: {null: ['codeIndented']}});
}

/** `10:30` and `3:1` are what they look like; the parser of directives is the last that came. */
function ignoreTextDirectives(this: ThisParameterType<Own>): void {
  const directives = this.data().micromarkExtensions?.pop();
  if (directives !== undefined) addExtension(this.data(), {...directives, text: {}});
}

function addExtension(data: Data, extension: Extension): void {
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), extension];
}

/** Once more, whatever the way here was: no address that is not allowed, and no handler. */
function dropUnsafe(tree: Hast): void {
  visit(tree, 'element', (element) => {
    for (const [name, value] of Object.entries(element.properties)) {
      const isAddress = name === 'href' || name === 'src';
      const isUnsafe = /^on/i.test(name) || (isAddress && !isSafeUrl(String(value)));
      if (isUnsafe) delete element.properties[name];
    }
  });
}
