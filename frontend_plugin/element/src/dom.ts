/** Making elements of our own: text is text, and nothing is parsed. */

interface Props {
  readonly [attribute: string]: string | boolean | ((event: Event) => void);
}

/** An element; `on…` names an event, true and false are an attribute's presence. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (typeof value === 'string') element.setAttribute(name, value);
    else element.toggleAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Change a text only where it is another one, so that a live region says nothing twice. */
export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function press(button: Element, isPressed: boolean): void {
  button.setAttribute('aria-pressed', String(isPressed));
}

/** A shadow root in our own dress, in the direction and the language of our words. */
export function openShadow(host: HTMLElement, css: string): ShadowRoot {
  const root = host.shadowRoot ?? host.attachShadow({mode: 'open'});
  dress(root, css);
  return root;
}

const sheets = new Map<string, CSSStyleSheet>();

/** A policy that forbids `<style>` allows a sheet that a script has made. */
function dress(root: ShadowRoot, css: string): void {
  try {
    const sheet = sheets.get(css) ?? new CSSStyleSheet();
    if (!sheets.has(css)) sheet.replaceSync(css);
    sheets.set(css, sheet);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.prepend(make('style', {}, css));
  }
}
