/** Trees over a core that knows Markdown only: asked for on the way out, kept on the way in. */

import type {ShownSection} from './core';

/** Ask for the form `tree`, and let its blocks pass the core's decoding as they are. */
export function askForTrees(request: typeof fetch): typeof fetch {
  return async (target, init) => {
    if (!String(target).endsWith('/personalize/stream')) return request(target, init);
    const body = typeof init?.body === 'string' ? init.body : '{}';
    const asked: object = JSON.parse(body);
    const response = await request(target, {
      ...init,
      body: JSON.stringify({...asked, form: 'tree'}),
    });
    if (!response.ok || response.body === null) return response;
    const {status, headers} = response;
    return new Response(wrapLines(response.body), {status, headers});
  };
}

function wrapLines(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = '';
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const {done, value} = await reader.read();
      rest += decoder.decode(value, {stream: !done});
      const lines = rest.split('\n');
      rest = done ? '' : (lines.pop() ?? '');
      const text = lines.map(wrapLine).join('\n') + (done || lines.length === 0 ? '' : '\n');
      controller.enqueue(encoder.encode(text));
      if (done) controller.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function wrapLine(line: string): string {
  if (!line.startsWith('data:') || !line.includes('"blocks"')) return line;
  try {
    const data: unknown = JSON.parse(line.slice(5));
    return `data: ${JSON.stringify(wrapData(data))}`;
  } catch {
    // What is no JSON, or nested beyond all measure, the core refuses in its own words.
    return line;
  }
}

function wrapData(data: unknown): unknown {
  if (!isRecord(data)) return data;
  if (isRecord(data.section)) return {...data, section: wrapSection(data.section)};
  if (!Array.isArray(data.sections)) return data;
  return {...data, sections: data.sections.map(wrapSection)};
}

function wrapSection(section: unknown): unknown {
  if (!isRecord(section) || !Array.isArray(section.blocks)) return section;
  return {...section, blocks: section.blocks.map(wrapBlock)};
}

function wrapBlock(block: unknown): unknown {
  // Whatever is none of the core's own blocks is a tree, if only one of text.
  const isOwn = isRecord(block) && ('native' in block || 'markdown' in block);
  return isOwn ? block : {markdown: JSON.stringify(block)};
}

/** The author's own block of the page, by its place among the chapter's top-level elements. */
export interface Native {
  readonly element: number;
}

export type Piece = Native | {readonly tree: unknown};

/** What a section is made of; null where the API sent nothing that can be built from. */
export function treesOf(section: ShownSection): readonly Piece[] | null {
  if (section.blocks === null) return null;
  return section.blocks.map((block) =>
    'native' in block ? {element: block.element} : {tree: parse(block.markdown)},
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
