/** Where a link of the text leads on the built site. */

import {isSafeUrl} from '../../core/urls';
import type {Sources} from '../../naming';

export interface LinkMap {
  /** Docusaurus' name of the page's file. */
  readonly source: string;
  readonly sources: Sources;
  /** Addresses of the author's links as they were built: files among them have new names. */
  readonly addresses: readonly string[];
}

/** Null where the link may not stand in the page. */
export function resolveLink(written: string, map: LinkMap): string | null {
  // In pointed brackets an address may have spaces, which browsers would write like this.
  const target = written.replaceAll(' ', '%20');
  if (!isSafeUrl(target)) return null;
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i.test(target)) return target;
  const [, path = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(target) ?? [];
  const resolved = findPage(path, map) ?? findFile(path, map.addresses);
  return resolved === null ? target : resolved + rest;
}

function findPage(path: string, {source, sources}: LinkMap): string | null {
  if (!/\.mdx?$/i.test(path)) return null;
  const names = path.startsWith('@site/') ? [path] : [join(source, path), `@site${path}`];
  const found = names.find((name) => Object.hasOwn(sources, name));
  return found === undefined ? null : (sources[found]?.permalink ?? null);
}

/** A path beside the page's file, as Docusaurus would name it. */
function join(source: string, path: string): string {
  const parts = path.startsWith('/') ? ['@site'] : source.split('/').slice(0, -1);
  for (const part of decode(path).split('/')) {
    if (part === '..' && parts.length > 1) parts.pop();
    else if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  return parts.join('/');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** `./data/run.csv` was built as `/assets/files/run-<hash>.csv`. */
function findFile(path: string, addresses: readonly string[]): string | null {
  const [, stem, ending] = /([^/]+)(\.[^./]+)$/.exec(decode(path)) ?? [];
  if (stem === undefined || ending === undefined) return null;
  const isIt = (address: string) => {
    const [, name, hash] = /\/assets\/files\/(.+)-([0-9a-f]{8,})\.[^./]+$/.exec(address) ?? [];
    return name === stem && hash !== undefined && address.endsWith(ending);
  };
  const found = addresses.filter(isIt);
  return found.length === 1 ? (found[0] ?? null) : null;
}
