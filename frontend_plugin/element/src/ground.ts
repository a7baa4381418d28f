/** The ground that the page stands on, so that the row that stays in view can cover the text. */

/** Where every ancestor is clear, the browser's own ground is right. */
export function findGround(element: Element): string | null {
  for (let each: Element | null = element; each !== null; each = each.parentElement) {
    const colour = getComputedStyle(each).backgroundColor;
    if (/^rgb\(|^(?:color|oklch|oklab|lab|lch|hsl)\([^/]*\)$/.test(colour)) return colour;
  }
  return null;
}

/** Told when a page may have another ground: its theme was switched, by it or by the system. */
export function watchGround(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const attributes = {attributes: true, attributeFilter: ['class', 'style', 'data-theme']};
  for (const each of [document.documentElement, document.body]) observer.observe(each, attributes);
  const dark = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null;
  dark?.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    dark?.removeEventListener('change', changed);
  };
}
