/** An API that says what a test wants, event by event, and a page for the bar to stand on. */

import {vi} from 'vitest';

import {ChapterwiseBar} from '../index';

export interface Asked {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly token: string | null;
}

type Stream = ReadableStreamDefaultController<Uint8Array>;

export class ScriptedApi {
  readonly asked: Asked[] = [];
  /** Instead of a stream, for each request to come; the last one stays. */
  refusals: Response[] = [];
  feedback: object[] = [];
  isOffline = false;
  #stream: Stream | null = null;
  #id = 0;

  constructor() {
    vi.stubGlobal('fetch', (target: string, init: RequestInit = {}) => this.#answer(target, init));
  }

  get lastAsked(): Asked | undefined {
    return this.asked.findLast(({path}) => path.endsWith('/stream'));
  }

  send(event: string, data: object): Promise<void> {
    this.#id += 1;
    const text = `id: ${this.#id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    this.#stream?.enqueue(new TextEncoder().encode(text));
    return settle();
  }

  end(): Promise<void> {
    this.#stream?.close();
    return settle();
  }

  async #answer(target: string, init: RequestInit): Promise<Response> {
    if (this.isOffline) throw new TypeError('Failed to fetch');
    const path = new URL(target).pathname;
    const text = typeof init.body === 'string' ? init.body : '{}';
    const body: Record<string, unknown> = JSON.parse(text);
    this.asked.push({path, body, token: new Headers(init.headers).get('Authorization')});
    if (path.endsWith('/feedback')) return Response.json({feedback: this.feedback});
    const refusal = this.refusals.shift();
    if (refusal) return refusal;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#stream = controller;
      },
    });
    init.signal?.addEventListener('abort', () => {
      this.#stream?.error(new DOMException('given up', 'AbortError'));
    });
    return new Response(stream, {headers: {'Content-Type': 'text/event-stream'}});
  }
}

/** Long enough for everything that waits for nothing but promises. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

export async function openPage(
  attributes: Readonly<Record<string, string>> = {},
  getToken: ChapterwiseBar['getToken'] = () => Promise.resolve('token'),
): Promise<ChapterwiseBar> {
  document.title = 'Nodes and topics · The book';
  document.documentElement.lang = 'en';
  document.body.replaceChildren();
  const bar = new ChapterwiseBar();
  const usual = {'api-url': 'https://api.example', chapter: 'one', languages: 'en ur fr'};
  const given = {...usual, ...attributes};
  for (const [name, value] of Object.entries(given)) bar.setAttribute(name, value);
  bar.getToken = getToken;
  const sections = ['nodes', 'topics'].map((id) => {
    const section = document.createElement('section');
    section.dataset.section = id;
    const text = `<h2 id="${id}">The ${id}</h2><p>An author wrote this.</p>`;
    section.innerHTML = `<div data-original>${text}</div>`;
    return section;
  });
  const nav = document.createElement('nav');
  nav.innerHTML = '<a data-toc="nodes">The nodes</a><a data-toc="topics">The topics</a>';
  document.body.append(bar, nav, ...sections);
  await settle();
  return bar;
}

/** The first in the shadow root that is a button or a link with these words, and not hidden. */
export function press(host: Element | null, words: string): HTMLElement {
  const all = Array.from(host?.shadowRoot?.querySelectorAll<HTMLElement>('button, a') ?? []);
  const name = (each: Element): string => `${each.getAttribute('aria-label')} ${each.textContent}`;
  const found = all.find((each) => !each.closest('[hidden]') && name(each).includes(words));
  if (!found) throw new Error(`no button ${words} among ${all.map(name).join('|')}`);
  found.click();
  return found;
}

/** What is to be seen of an element with a shadow. */
export function read(host: Element | null): string {
  const root = host?.shadowRoot?.querySelector('.root')?.cloneNode(true);
  if (!(root instanceof Element)) return '';
  for (const each of Array.from(root.querySelectorAll('[hidden]'))) each.remove();
  return root.textContent ?? '';
}

export function section(id: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-section="${id}"]`);
  if (!found) throw new Error(`no section ${id}`);
  return found;
}

const NAMES = {
  chapter_id: 'one',
  title: 'نوڈز اور ٹاپکس',
  language: 'ur',
  direction: 'rtl',
  profile_hash: 'p',
  source_hash: 's',
  plan_hash: 'q',
  applied_transformations: ['simplify'],
  personalization_factors: ['You are new'],
};

export const PLAN = {
  ...NAMES,
  transformations: [{id: 'simplify', title: 'Simpler words', reason: 'You are new to this'}],
  sections: [{id: 'nodes', title: 'The nodes'}, {id: 'topics', title: 'The topics'}],
};

export function written(id: string, changes: object = {}): object {
  const children = [{tag: 'h2', attributes: {id}, children: [`اردو ${id}`]}];
  return {
    id,
    title: id,
    status: 'rewritten',
    reason: null,
    markdown: `## ${id}`,
    headings: [{level: 2, id, text: `اردو ${id}`}],
    notes: [],
    writer: 'model',
    review: 'passed',
    blocks: [...children, {tag: 'p', attributes: {}, children: ['A reader reads this.']}],
    ...changes,
  };
}

export function done(sections: readonly object[], changes: object = {}): object {
  return {
    ...NAMES,
    cached: false,
    source: 'llm',
    sections,
    notice: null,
    llm_provider: 'claude',
    tokens_used: 1,
    response_time_ms: 1,
    explanation: {
      transformations: [{id: 'simplify', title: 'Simpler words', sections: 2, notes: 0}],
      writers: [{writer: 'model', sections: 2}],
      reviews: {passed: 2},
      originals: {locked: 1},
    },
    ...changes,
  };
}
