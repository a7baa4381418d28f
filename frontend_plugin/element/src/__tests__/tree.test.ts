/** Whatever a tree holds: only listed nodes are built, nothing runs, nothing is thrown. */

import {describe, expect, it, vi} from 'vitest';

import {buildTree} from '../tree';

function show(value: unknown): string {
  const holder = document.createElement('div');
  holder.append(buildTree(value));
  return holder.innerHTML;
}

function node(tag: string, attributes: object, ...children: unknown[]): object {
  return {tag, attributes, children};
}

describe('what is listed is built', () => {
  it('builds paragraphs, in their direction', () => {
    const tree = node('p', {dir: 'rtl', lang: 'ur'}, 'سلام ', node('em', {}, '<b>not parsed</b>'));
    expect(show(tree)).toBe(
      '<p dir="rtl" lang="ur">سلام <em>&lt;b&gt;not parsed&lt;/b&gt;</em></p>',
    );
  });

  it('builds formulas and pictures in their own namespaces', () => {
    const built = buildTree([
      node('math', {display: 'block'}, node('mi', {}, 'x')),
      node('svg', {viewBox: '0 0 1 1'}, node('path', {d: 'M0 0', style: 'fill:rgb(1, 2, 3)'})),
    ]);
    const [math, svg] = Array.from(built.children);
    expect(math?.firstElementChild?.namespaceURI).toBe('http://www.w3.org/1998/Math/MathML');
    expect(svg?.firstElementChild?.namespaceURI).toBe('http://www.w3.org/2000/svg');
    expect(svg?.getAttribute('viewBox')).toBe('0 0 1 1');
    expect(svg?.firstElementChild?.getAttribute('style')).toBe('fill:rgb(1, 2, 3)');
  });

  it.each(['https://a.example/b', 'mailto:a@b.example', '/chapters/two', 'two#x', '#x'])(
    'keeps the link %s',
    (href) => {
      const built = buildTree(node('a', {href}, 'there')).firstElementChild;
      expect(built?.getAttribute('href')).toBe(href);
      expect(built?.getAttribute('rel')).toBe('noopener noreferrer');
    },
  );
});

describe('what is not listed leaves its text', () => {
  it.each([
    'javascript:alert(1)', ' javascript:alert(1)', 'java\nscript:alert(1)', 'JAVASCRIPT:alert(1)',
    'data:text/html,x', 'vbscript:x', 'tel:1', 'javascript&colon;alert(1)', 'file:///etc/passwd',
  ])('refuses the link %j', (href) => {
    const built = buildTree(node('a', {href}, 'there')).firstElementChild;
    expect(built?.hasAttribute('href')).toBe(false);
  });

  it('shows a diagram that the server has drawn', () => {
    const src = 'data:image/svg+xml;base64,PHN2Zy8+';
    expect(show(node('img', {src, alt: 'A map'}))).toContain(src);
  });

  it.each(['data:image/svg+xml,<svg/>', 'data:image/png;base64,AA', 'blob:x', 'javascript:1'])(
    'refuses the picture %s',
    (src) => {
      expect(show(node('img', {src, alt: 'A map'}))).toBe('<img alt="A map">');
    },
  );

  it('drops handlers, foreign names and paint from elsewhere', () => {
    const attributes = {
      onclick: 'alert(1)', ONLOAD: 'alert(1)', srcdoc: 'x', formaction: 'x', name: 'cookie',
      'xlink:href': 'javascript:1',
      style: 'position:fixed;color:red;background:url(x);width:expression(1)',
      fill: 'url(https://a.example/x#y)', title: 'kept',
    };
    expect(show(node('p', attributes, 'x'))).toBe('<p style="color:red" title="kept">x</p>');
  });

  it.each('iframe object form base meta link Script2 x-y <p> p/onload=x'.split(' ').concat(''))(
    'builds no <%s>',
    (tag) => {
      expect(show(node(tag, {src: 'x'}, 'the text'))).toBe('the text');
    },
  );

  it.each(['script', 'SCRIPT', 'style', 'template'])('shows nothing of a %s', (tag) => {
    expect(show([node(tag, {}, 'alert(1)'), 'x'])).toBe('x');
  });

  it('lets no picture link, move, load or leave its language', () => {
    const svg = node('svg', {},
      node('a', {href: 'javascript:alert(1)'}, 'a'),
      node('animate', {attributeName: 'href', values: 'javascript:alert(1)'}),
      node('set', {attributeName: 'href', to: 'javascript:alert(1)'}),
      node('use', {href: 'data:x'}), node('image', {href: 'x'}),
      node('foreignObject', {}, node('p', {}, 'b')), node('script', {}, 'alert(1)'));
    expect(show(svg)).toBe('<svg>ab</svg>');
    expect(show(node('math', {}, node('mtext', {}, node('img', {src: 'x', onerror: 'x'}), 'c'))))
      .toBe('<math><mtext>c</mtext></math>');
    const linked = node('mi', {href: 'javascript:1'}, 'x');
    expect(show(node('math', {}, linked))).toBe('<math><mi>x</mi></math>');
  });
});

describe('what is no tree', () => {
  it.each([
    [null], [undefined], [1], [true], [{}], [{tag: 1}], [{tag: 'p', children: 'text'}], [[[]]],
    [{tag: 'p', attributes: 'x', children: {0: 'x'}}], [{tag: {toString: () => 'script'}}],
    [{tag: 'p', attributes: {title: {}, id: ['x'], dir: null}, children: [null, 1, {}]}],
    [{tag: '__proto__'}], [{tag: 'constructor', attributes: {constructor: 'x'}}],
  ])('throws nothing at %j', (value) => {
    expect(() => show(value)).not.toThrow();
  });

  it('keeps the text of what is nested ten thousand deep', () => {
    let tree: unknown = 'the innermost';
    for (let depth = 0; depth < 10_000; depth += 1) tree = node('div', {}, tree);
    const built = buildTree(tree);
    expect(built.textContent).toBe('the innermost');
    let deepest = 0;
    for (let each = built.firstElementChild; each; each = each.firstElementChild) deepest += 1;
    expect(deepest).toBe(256);
  });

  it('stops before a million nodes', () => {
    const children = Array<object>(1_000_000).fill(node('br', {}));
    const built = buildTree({tag: 'p', attributes: {}, children});
    expect(built.firstElementChild?.childElementCount).toBeLessThan(50_001);
  });

  it('runs nothing', () => {
    const alert = vi.fn();
    vi.stubGlobal('alert', alert);
    document.body.append(buildTree([
      node('script', {}, 'alert(1)'), node('img', {src: 'x', onerror: 'alert(1)'}),
      node('svg', {onload: 'alert(1)'}), node('details', {open: '', ontoggle: 'alert(1)'}, 'x'),
    ]));
    expect(alert).not.toHaveBeenCalled();
    expect(document.querySelector('script, [onerror], [onload], [ontoggle]')).toBeNull();
  });
});
