// @vitest-environment jsdom
/** The shape that MDX gives a page, and how it is taken apart. */

import {compile, run} from '@mdx-js/mdx';
import {render} from '@testing-library/react';
import React, {Fragment, isValidElement} from 'react';
import type {ReactElement, ReactNode} from 'react';
import type {MDXContent} from 'mdx/types';
import * as runtime from 'react/jsx-runtime';
import remarkGfm from 'remark-gfm';
import {expect, test} from 'vitest';

import {divide} from '../dividing';
import {createNamer} from '../elements';
import {outline, useElements} from '../split';
import type {Page} from '../split';
import {compileDoc} from './site';

/** What a wrapper gets and makes of it. */
async function takeApart(Content: MDXContent): Promise<{
  readonly children: ReactNode;
  readonly elements: readonly ReactNode[] | null;
}> {
  let seen: {children: ReactNode; elements: readonly ReactNode[] | null} | undefined;
  function Wrapper({children}: {readonly children?: ReactNode}) {
    const elements = useElements(children);
    seen = {children, elements};
    return null;
  }
  render(<Content components={{wrapper: Wrapper}} />);
  if (seen === undefined) throw new Error('MDX has not asked for a wrapper.');
  return seen;
}

async function compileMdx(source: string) {
  const code = await compile(source, {
    outputFormat: 'function-body',
    remarkPlugins: [remarkGfm],
  });
  const module = await run(String(code), {...runtime, baseUrl: 'file:///page.mdx'});
  return module.default;
}

const SAMPLE = `
{/* nothing */}

Words first, with {1 + 1} expressions.

## One {/* #one */}

export const kept = 'an expression';

- a
- b

| a | b |
|---|---|
| 1 | 2 |

<div>A box</div>

{kept}

---

Marked.[^1]

[^1]: A note.
`;

test('MDX hands its wrapper one element, whose fragment holds the page (pinned)', async () => {
  const {children} = await takeApart(await compileMdx(SAMPLE));
  if (!isValidElement<object>(children)) throw new Error('not an element');
  const make = children.type as (props: object) => ReactElement<{children: readonly ReactNode[]}>;
  const tree = make(children.props);
  expect(tree.type).toBe(Fragment);
  expect(tree.props.children.filter((child) => child !== '\n').map(describeNode)).toEqual([
    'p',
    'h2',
    'ul',
    'table',
    'div',
    'an expression',
    'hr',
    'p',
    'section',
  ]);
});

function describeNode(node: ReactNode): unknown {
  return isValidElement(node) ? node.type : node;
}

test('space between blocks is not an element, and footnotes are not counted', async () => {
  const {elements} = await takeApart(await compileMdx(SAMPLE));
  const page = outline(elements ?? [], createNamer({}));
  expect(page.elements).toHaveLength(9);
  expect(page.count).toBe(8);
  expect(page.anchors.map(({at}) => at)).toEqual([1]);
});

test('a page of one block, and a page of none', async () => {
  expect((await takeApart(await compileMdx('Alone.'))).elements).toHaveLength(1);
  expect((await takeApart(await compileMdx('{/* nothing */}'))).elements).toHaveLength(0);
});

test('another shape is told apart', () => {
  function Probe({children}: {readonly children: ReactNode}) {
    return <>{String(useElements(children))}</>;
  }
  class Old extends React.Component {
    override render() {
      return null;
    }
  }
  const shapes = ['words', [<p key="a" />, <p key="b" />], <div key="c" />, <Old key="d" />];
  for (const shape of shapes) {
    const {container, unmount} = render(<Probe>{shape}</Probe>);
    expect(container.textContent).toBe('null');
    unmount();
  }
});

async function layOut(source: string): Promise<Page> {
  const doc = await compileDoc(source);
  const inner = (doc() as ReactElement).type as MDXContent;
  const {elements} = await takeApart(inner);
  return outline(elements ?? [], createNamer({}));
}

test('before any answer sections are what stands under headings of level 1 and 2', async () => {
  const page = await layOut('Lead.\n\n# Title\n\na\n\n### Deeper\n\nb\n\n## Second\n\nc\n');
  expect(divide(page, null)).toEqual([
    {from: 0, to: 1, index: null},
    {from: 1, to: 5, index: null},
    {from: 5, to: 7, index: null},
  ]);
});

test('what is not read before the first heading belongs to it', async () => {
  const page = await layOut('![](https://example.org/a.png)\n\n## First\n\na\n');
  expect(divide(page, null)).toEqual([{from: 0, to: 3, index: null}]);
});

test('Docusaurus puts a title into a header, and it opens a section', async () => {
  const page = await layOut('# Title\n\na\n\n## Second\n\nb\n');
  expect(page.anchors).toEqual([
    {at: 0, id: 'title'},
    {at: 2, id: 'second'},
  ]);
});
