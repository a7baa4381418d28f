/** What of Markdown the site shows in its own way: notes, pictures, formulas, links, footnotes. */

import {cloneElement, isValidElement} from 'react';
import type {ReactNode} from 'react';
import type {Definition, Nodes, Parents, Root, RootContent} from 'mdast';

import {isSafeImageUrl} from '../../core/urls';
import type {Stock} from './authored';
import {makeElement} from './tags';

type Of<Type extends RootContent['type']> = Extract<RootContent, {type: Type}>;

/** The name under which an element that the page has already stands in the tree. */
export const SLOT = 'chapterwise-slot';

export interface Settling {
  readonly stock: Stock;
  /** The id of the next heading of this level with this text. */
  readonly takeId: (level: number, text: string) => string | null;
  /** Null where a link may not stand in the page. */
  readonly resolve: (target: string) => string | null;
  /** Keep an element of the page, and give its number. */
  readonly keep: (node: ReactNode) => number;
  /** The Markdown that the tree was made of. */
  readonly text: string;
}

/** Change the tree in place, so that what is made of it is safe and looks like the site's own. */
export function settle(tree: Root, settling: Settling): void {
  const settler = new Settler(settling, collectDefinitions(tree));
  settler.settleChildren(tree);
}

function collectDefinitions(tree: Root): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>();
  const collect = (node: Nodes): void => {
    if (node.type === 'definition' && !found.has(keyOf(node))) found.set(keyOf(node), node);
    if ('children' in node) node.children.forEach(collect);
  };
  collect(tree);
  return found;
}

function keyOf({identifier}: {readonly identifier: string}): string {
  return identifier.toUpperCase();
}

class Settler {
  readonly #with: Settling;
  readonly #definitions: ReadonlyMap<string, Definition>;

  constructor(settling: Settling, definitions: ReadonlyMap<string, Definition>) {
    this.#with = settling;
    this.#definitions = definitions;
  }

  settleChildren(parent: Parents): void {
    const children: readonly RootContent[] = parent.children;
    const settled = children.flatMap((child) => this.#settle(child));
    // What takes a node's place is of the same sort: a block for a block, words for words.
    parent.children = settled as typeof parent.children;
  }

  #settle(node: RootContent): readonly RootContent[] {
    if ('children' in node) this.settleChildren(node);
    switch (node.type) {
      case 'containerDirective':
        return [this.#makeNote(node)];
      case 'leafDirective':
      case 'textDirective':
        return [this.#spell(node)];
      case 'inlineMath':
      case 'math':
        return [this.#findFormula(node)];
      case 'code':
        return [this.#settleListing(node)];
      case 'heading':
        return [this.#settleHeading(node)];
      case 'footnoteReference':
        return [this.#findFootnote(node)];
      // They are at the end of the author's page, or nothing to be seen.
      case 'footnoteDefinition':
      case 'definition':
      case 'html':
        return [];
      default:
        return this.#settleTarget(node);
    }
  }

  #settleTarget(node: RootContent): readonly RootContent[] {
    switch (node.type) {
      case 'link':
        return this.#settleLink(node, node.url);
      case 'linkReference':
        return this.#settleLink(node, this.#definitions.get(keyOf(node))?.url ?? null);
      case 'image':
        return [this.#findImage(node, node.url)];
      case 'imageReference':
        return [this.#findImage(node, this.#definitions.get(keyOf(node))?.url ?? '')];
      default:
        return [node];
    }
  }

  /** Docusaurus' notes; of other directives only what is inside is shown, as Docusaurus does. */
  #makeNote(node: Of<'containerDirective'>): RootContent {
    const {ids, noteKinds} = this.#with.stock;
    const {id, class: className, title} = node.attributes ?? {};
    const [first, ...rest] = node.children;
    const isTitled = first?.type === 'paragraph' && first.data?.directiveLabel === true;
    const inside: readonly RootContent[] = isTitled ? rest : node.children;
    const shared = {
      ...(className && {className}),
      // Nobody else's id, nor a new one: scripts of the page may find elements by theirs.
      ...(id && ids.has(id) && {id}),
    };
    if (!NOTE_KINDS.has(node.name) && !noteKinds.has(node.name)) {
      return makeElement('div', shared, inside);
    }
    const label = isTitled ? first.children : [];
    const only = title ?? (label.length === 1 && label[0]?.type === 'text' ? label[0].value : null);
    const heading = only === null && isTitled ? [makeElement('mdxAdmonitionTitle', {}, label)] : [];
    const properties = {...shared, type: node.name, ...(only && {title: only})};
    return makeElement('admonition', properties, [...heading, ...inside]);
  }

  /** `::name` on a line was never meant to be one: it is shown as it was written. */
  #spell(node: Of<'leafDirective'> | Of<'textDirective'>): RootContent {
    const {start, end} = node.position ?? {};
    const written = this.#with.text.slice(start?.offset ?? 0, end?.offset ?? 0);
    const text = {type: 'text' as const, value: written};
    return node.type === 'leafDirective' ? {type: 'paragraph', children: [text]} : text;
  }

  #findFormula(node: Of<'inlineMath'> | Of<'math'>): RootContent {
    const {inline, display} = this.#with.stock.formulas;
    const tex = node.value.trim();
    const isInline = node.type === 'inlineMath';
    const found = isInline ? (inline.get(tex) ?? display.get(tex)) : display.get(tex);
    if (found !== undefined) return this.#slot(found);
    return isInline
      ? {type: 'inlineCode', value: node.value}
      : {type: 'code', lang: 'latex', value: node.value};
  }

  /** A diagram is drawn by the page's own; a listing never runs, whatever its first line says. */
  #settleListing(node: Of<'code'>): RootContent {
    const diagram = this.#with.stock.diagrams.get(node.value.trim());
    if (node.lang === 'mermaid' && diagram !== undefined) return this.#slot(diagram);
    const words = node.meta?.split(' ').filter((word) => !/^live\b/.test(word)) ?? [];
    const {data: _, ...listing} = node;
    if (words.length === 0) return listing;
    return {...listing, data: {hProperties: {metastring: words.join(' ')}}};
  }

  #settleHeading(node: Of<'heading'>): RootContent {
    const id = this.#with.takeId(node.depth, textOf(node));
    const heading = {...node, data: {hProperties: id === null ? {} : {id}}};
    const isTitle = node.depth === 1 && this.#with.stock.hasHeader;
    return isTitle ? makeElement('header', {}, [heading]) : heading;
  }

  /** The page's own mark; its words are never lost. */
  #findFootnote(node: Of<'footnoteReference'>): RootContent {
    const label = node.label ?? node.identifier;
    const found = this.#with.stock.takeFootnote(label);
    return found === null ? {type: 'text', value: `[^${label}]`} : this.#slot(found);
  }

  #settleLink(
    node: Of<'link'> | Of<'linkReference'>,
    target: string | null,
  ): readonly RootContent[] {
    const url = target === null ? null : this.#with.resolve(target);
    if (url === null) return node.children;
    const title = node.type === 'link' ? node.title : this.#definitions.get(keyOf(node))?.title;
    return [{type: 'link', url, title: title ?? null, children: node.children}];
  }

  /** The author's picture, as the site has built it; its words may be other ones. */
  #findImage(node: Of<'image'> | Of<'imageReference'>, target: string): RootContent {
    const alt = node.alt ?? '';
    const found = this.#with.stock.takeImage(target);
    if (isValidElement<{readonly alt?: string}>(found)) {
      return this.#slot(alt === '' ? found : cloneElement(found, {alt}));
    }
    const isWhole = /^https?:\/\//i.test(target) && isSafeImageUrl(target);
    return isWhole ? {type: 'image', url: target, alt} : {type: 'text', value: alt};
  }

  #slot(node: ReactNode): RootContent {
    return makeElement(SLOT, {slot: this.#with.keep(node)}, []);
  }
}

/** The kinds that Docusaurus knows by itself. */
const NOTE_KINDS: ReadonlySet<string> = new Set([
  'secondary',
  'info',
  'success',
  'danger',
  'note',
  'tip',
  'warning',
  'important',
  'caution',
]);

function textOf(node: Nodes): string {
  if ('value' in node) return node.value;
  if ('alt' in node) return node.alt ?? '';
  return 'children' in node ? node.children.map(textOf).join('') : '';
}
