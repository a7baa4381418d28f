/** Which addresses of a rewritten text may stand in the page. */

const LINK_SCHEMES: ReadonlySet<string> = new Set(['http', 'https', 'mailto', 'tel']);
const IMAGE_SCHEMES: ReadonlySet<string> = new Set(['http', 'https']);

/** Relative addresses, `#…`, http, https, mailto and tel; everything else is refused. */
export function isSafeUrl(url: string): boolean {
  return isAllowed(url, LINK_SCHEMES);
}

/** Relative addresses, http and https. */
export function isSafeImageUrl(url: string): boolean {
  return isAllowed(url, IMAGE_SCHEMES);
}

/** Controls, spaces, line ends, backslashes and what cannot be seen: browsers drop or turn them. */
const UNCLEAN = /[\p{Cc}\p{Cf}\p{Z}\\]/u;

/** A colon in another dress: an entity or a percent sign that somebody may take off later. */
const DISGUISED = /&#|&[a-z]+;|%3a|[：﹕︓]/iu;

function isAllowed(url: string, schemes: ReadonlySet<string>): boolean {
  if (UNCLEAN.test(url)) return false;
  if (url.startsWith('#')) return true;
  const [head = ''] = url.split(/[/?]/, 1);
  if (DISGUISED.test(head)) return false;
  const [scheme, rest] = head.split('#', 1)[0]?.split(':', 2) ?? [];
  return rest === undefined || schemes.has(scheme?.toLowerCase() ?? '');
}
