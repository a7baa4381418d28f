/** The bar on a page: asking, stopping, turning, telling, and finding again what was chosen. */

import {beforeEach, describe, expect, it, vi} from 'vitest';

import {ChapterwiseThumbs} from '../index';
import {done, openPage, PLAN, press, read, ScriptedApi, section, settle, written} from './scripted';

const NATIVE = {native: 0, kind: 'code', text_hash: 'x', element: 3};

let api: ScriptedApi;

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  api = new ScriptedApi();
});

async function readAll(changes: object = {}, plan: object = PLAN): Promise<Element> {
  const bar = await openPage();
  press(bar, 'Personalize');
  await settle();
  await api.send('plan', plan);
  for (const [index, id] of ['nodes', 'topics'].entries()) {
    await api.send('section', {index, section: written(id)});
  }
  await api.send('done', done([written('nodes'), written('topics')], changes));
  return bar;
}

describe('asking', () => {
  it('asks for trees with the host’s token, and shows them beside the author’s nodes', async () => {
    const bar = await readAll();
    expect(api.lastAsked).toMatchObject({
      token: 'Bearer token',
      body: {chapter_id: 'one', form: 'tree'},
    });
    const own = section('nodes').querySelector<HTMLElement>('[data-personalized]');
    expect(own?.innerHTML).toBe('<h2 id="nodes">اردو nodes</h2><p>A reader reads this.</p>');
    expect(own?.lang).toBe('ur');
    expect(own?.dir).toBe('rtl');
    expect(section('nodes').querySelector<HTMLElement>('[data-original]')?.hidden).toBe(true);
    expect(read(bar)).toContain('Ready.');
    expect(read(bar)).not.toContain('Personalize this chapter');
  });

  it('says how far it is, and marks what is not finished', async () => {
    const bar = await openPage();
    press(bar, 'Personalize');
    await settle();
    expect(read(bar)).toContain('Looking for your version');
    await api.send('plan', PLAN);
    const mark = section('topics').querySelector('chapterwise-mark');
    expect(read(mark)).toContain('Not written for you yet');
    await api.send('section', {index: 0, section: written('nodes')});
    expect(read(bar)).toContain('1 of 2');
    expect(bar.dataset.phase).toBe('streaming');
    expect(section('topics').hasAttribute('data-unfinished')).toBe(true);
    expect(section('nodes').hasAttribute('data-unfinished')).toBe(false);
    const link = document.querySelector('[data-toc="topics"]');
    expect(link?.hasAttribute('data-unfinished')).toBe(true);
  });

  it('tells what was done and why', async () => {
    const bar = await readAll();
    const text = bar.shadowRoot?.querySelector('details')?.textContent ?? '';
    expect(text).toContain('Why this version?');
    expect(text).toContain('You are new to this');
    expect(text).toContain('Sections rewritten: 2.');
    expect(text).toContain('Sections as the author wrote them: 1 (locked by the author');
  });

  it('translates the contents and the title with the version', async () => {
    const bar = await readAll();
    const link = document.querySelector<HTMLElement>('[data-toc="topics"]');
    expect(link?.textContent).toBe('اردو topics');
    expect(link?.dir).toBe('rtl');
    expect(document.title).toBe('نوڈز اور ٹاپکس · The book');
    press(bar, 'Original');
    expect(link?.textContent).toBe('The topics');
    expect(link?.hasAttribute('dir')).toBe(false);
    expect(document.title).toBe('Nodes and topics · The book');
  });

  it('tells a host which section has another text', async () => {
    const told: unknown[] = [];
    const hear = (event: Event): void => {
      if (event instanceof CustomEvent) told.push(event.detail.id);
    };
    document.addEventListener('chapterwise-section', hear);
    await readAll();
    document.removeEventListener('chapterwise-section', hear);
    expect(told).toEqual(['nodes', 'topics']);
  });
});

describe('stopping', () => {
  it('keeps what has come, says so, and begins nothing after a reload', async () => {
    const bar = await openPage();
    press(bar, 'Personalize');
    await settle();
    await api.send('plan', PLAN);
    await api.send('section', {index: 0, section: written('nodes')});
    press(bar, 'Stop');
    await settle();
    expect(read(bar)).toContain('Stopped. What has come stays.');
    expect(read(bar)).toContain('1 of 2');
    expect(section('nodes').querySelector('[data-personalized]')).not.toBeNull();
    expect(read(section('topics').querySelector('chapterwise-mark'))).toContain('Not finished');
    const before = api.asked.length;
    await openPage();
    expect(api.asked.length).toBe(before);
    expect(section('topics').querySelector('chapterwise-mark')).toBeNull();
  });

  it('is asked for the rest', async () => {
    const bar = await openPage();
    press(bar, 'Personalize');
    await settle();
    await api.send('plan', PLAN);
    await api.send('section', {index: 0, section: written('nodes')});
    press(bar, 'Stop');
    press(bar, 'Try again');
    await settle();
    expect(api.lastAsked?.body).toMatchObject({refresh: true});
    expect(read(bar)).not.toContain('Stopped');
  });

  it('is the whole page again when the bar goes', async () => {
    const bar = await readAll();
    bar.remove();
    await settle();
    expect(section('nodes').innerHTML).toBe(
      '<div data-original=""><h2 id="nodes">The nodes</h2><p>An author wrote this.</p></div>',
    );
  });
});

describe('turning', () => {
  it('turns the whole chapter, and the anchors with it', async () => {
    const bar = await readAll();
    expect(document.querySelectorAll('#nodes')).toHaveLength(1);
    expect(document.getElementById('nodes')?.textContent).toBe('اردو nodes');
    press(bar, 'Original');
    expect(document.querySelectorAll('#nodes')).toHaveLength(1);
    expect(document.getElementById('nodes')?.textContent).toBe('The nodes');
    press(bar, 'For you');
    expect(document.getElementById('nodes')?.textContent).toBe('اردو nodes');
  });

  it('turns one section', async () => {
    await readAll();
    const mark = section('nodes').querySelector('chapterwise-mark');
    expect(read(mark)).toContain('Rewritten for you · Urdu');
    press(mark, 'Show the original');
    expect(document.getElementById('nodes')?.textContent).toBe('The nodes');
    expect(document.getElementById('topics')?.textContent).toBe('اردو topics');
    press(mark, 'Show the version for you');
    expect(document.getElementById('nodes')?.textContent).toBe('اردو nodes');
  });

  it('shows the difference, word by word', async () => {
    await readAll({}, {...PLAN, language: 'en', direction: 'ltr'});
    const mark = section('nodes').querySelector('chapterwise-mark');
    press(mark, 'What changed?');
    const difference = mark?.shadowRoot?.querySelector('.difference');
    expect(difference?.querySelector('del')?.textContent).toContain('The');
    expect(difference?.textContent).toContain('reader');
    expect(difference?.textContent).toContain('[removed:]');
    expect(read(mark)).toContain('Written with AI, from the author’s text.');
  });

  it('shows a translation beside the author’s text', async () => {
    await readAll();
    const mark = section('nodes').querySelector('chapterwise-mark');
    press(mark, 'What changed?');
    expect(mark?.shadowRoot?.querySelector('del')).toBeNull();
    expect(read(mark)).toContain('An author wrote this.');
    expect(read(mark)).toContain('A reader reads this.');
    expect(mark?.shadowRoot?.querySelector('[lang="ur"]')).not.toBeNull();
  });
});

describe('telling', () => {
  it('sends thumbs of a section, and a reason when they are down', async () => {
    await readAll();
    const thumbs = section('nodes').querySelector('chapterwise-thumbs');
    press(thumbs, 'Not really');
    press(thumbs, 'Too hard');
    await settle();
    expect(api.asked.at(-1)).toMatchObject({
      path: '/api/v1/feedback',
      body: {chapter_id: 'one', section: 'nodes', helpful: false, fault: 'too_hard'},
    });
    expect(read(thumbs)).toContain('Thank you.');
    press(thumbs, 'Yes');
    await settle();
    expect(api.asked.at(-1)?.body).toEqual({chapter_id: 'one', section: 'nodes', helpful: true});
  });

  it('reports a mistake with a comment, in the chapter as a whole too', async () => {
    await readAll();
    const thumbs = document.querySelector('body > chapterwise-thumbs');
    press(thumbs, 'Report a mistake');
    const comment = thumbs?.shadowRoot?.querySelector('textarea');
    if (comment) comment.value = 'Topics are no services.';
    thumbs?.shadowRoot?.querySelector('form')?.requestSubmit();
    await settle();
    expect(api.asked.at(-1)?.body).toEqual({
      chapter_id: 'one',
      helpful: false,
      fault: 'wrong',
      comment: 'Topics are no services.',
    });
  });

  it('remembers the reason too, but writes over nothing that is being written', async () => {
    await readAll();
    const thumbs = section('nodes').querySelector('chapterwise-thumbs');
    if (!(thumbs instanceof ChapterwiseThumbs)) throw new Error('no thumbs');
    thumbs.recall({helpful: false, comment: 'before', fault: 'too_easy'});
    const chosen = thumbs.shadowRoot?.querySelector('[data-fault][aria-pressed="true"]');
    expect(chosen?.textContent).toBe('Too easy');
    press(thumbs, 'Report a mistake');
    const comment = thumbs.shadowRoot?.querySelector('textarea');
    if (comment) comment.value = 'now';
    thumbs.recall({helpful: true, comment: 'before'});
    expect(comment?.value).toBe('now');
  });

  it('says nothing for who opens the report and closes it again', async () => {
    await readAll();
    const thumbs = section('nodes').querySelector('chapterwise-thumbs');
    press(thumbs, 'Report a mistake');
    press(thumbs, 'Report a mistake');
    press(thumbs, 'Not really');
    await settle();
    expect(api.asked.at(-1)?.body).toEqual({chapter_id: 'one', section: 'nodes', helpful: false});
  });

  it('says that it could not be sent', async () => {
    await readAll();
    api.isOffline = true;
    const thumbs = section('nodes').querySelector('chapterwise-thumbs');
    press(thumbs, 'Yes');
    await settle();
    expect(read(thumbs)).toContain('That could not be sent.');
  });

  it('remembers what was said earlier', async () => {
    api.feedback = [{section: 'nodes', helpful: true, comment: null}];
    await readAll();
    const thumbs = section('nodes').querySelector('chapterwise-thumbs');
    const thumb = thumbs?.shadowRoot?.querySelector('[part="thumb"]');
    expect(thumb?.getAttribute('aria-pressed')).toBe('true');
  });
});

describe('what goes wrong', () => {
  it.each([
    [401, 'Sign in on this site first.'],
    [404, 'does not know this chapter'],
    [429, 'You can try again in 5 minutes'],
    [503, 'The service has a problem.'],
  ])('says a %i in words', async (status, words) => {
    const bar = await openPage();
    const headers = {'Retry-After': '300'};
    api.refusals = [0, 1, 2].map(() => new Response('<h1>no</h1>', {status, headers}));
    press(bar, 'Personalize');
    await settle();
    expect(read(bar)).toContain(words);
    expect(read(bar)).toContain('The author’s text is all here.');
  });

  it('links to the host’s sign-in where nobody is signed in', async () => {
    const bar = await openPage({'sign-in-url': '/sign-in'}, null);
    const link = bar.shadowRoot?.querySelector<HTMLAnchorElement>('a:not([hidden])');
    expect(link?.getAttribute('href')).toBe('/sign-in');
    bar.setAttribute('sign-in-url', 'javascript:alert(1)');
    await settle();
    expect(bar.shadowRoot?.querySelector('a[href^="javascript"]')).toBeNull();
  });

  it('shows the author’s text where the page is older than the book', async () => {
    const bar = await openPage({'source-hash': 'another'});
    press(bar, 'Personalize');
    await settle();
    expect(api.lastAsked?.body).toMatchObject({source_hash: 'another'});
    await api.send('plan', PLAN);
    expect(read(bar)).toContain('This chapter was edited after this page was made');
    expect(section('nodes').querySelector('[data-personalized]')).toBeNull();
  });

  it('keeps the page’s own blocks among the new ones', async () => {
    const bar = await openPage({'source-hash': 's'});
    press(bar, 'Personalize');
    await settle();
    await api.send('plan', PLAN);
    const blocks = [{tag: 'p', attributes: {}, children: ['New.']}, NATIVE];
    await api.send('section', {index: 1, section: written('topics', {blocks, elements: 2})});
    expect(section('topics').querySelector('[data-personalized]')?.innerHTML).toBe(
      '<p>New.</p><p>An author wrote this.</p>',
    );
  });

  it.each([
    ['strings where objects belong', {blocks: ['text', 3, null, [['x']]]}],
    ['scripts', {blocks: [{tag: 'script', attributes: {}, children: ['alert(1)']}]}],
    ['titles that are markup', {title: '<img src=x onerror=alert(1)>', reason: '<script>'}],
    ['a native block that the page lacks', {blocks: [{...NATIVE, element: 99}]}],
    ['blocks that are none', {blocks: 'everything'}],
  ])('comes through hostile sections: %s', async (_, changes) => {
    const alert = vi.fn();
    vi.stubGlobal('alert', alert);
    const bar = await openPage();
    press(bar, 'Personalize');
    await settle();
    await api.send('plan', PLAN);
    await api.send('section', {index: 0, section: written('nodes', changes)});
    expect(alert).not.toHaveBeenCalled();
    expect(document.querySelector('[data-section] script, [onerror]')).toBeNull();
    expect(bar.shadowRoot?.querySelector('.row')).not.toBeNull();
  });
});

describe('languages', () => {
  it('is found by any of its names, asked for, and kept for always', async () => {
    const bar = await openPage();
    press(bar, 'Language');
    const panel = bar.shadowRoot?.querySelector('.panel');
    const search = panel?.querySelector<HTMLInputElement>('[type="search"]');
    const found = (typed: string): string => {
      if (search) search.value = typed;
      search?.dispatchEvent(new Event('input'));
      const shown = Array.from(panel?.querySelectorAll('li:not([hidden])') ?? []);
      return shown.map((each) => each.textContent).join();
    };
    expect(found('urd')).toBe('اردو · Urdu');
    expect(found('فرانسیسی')).toBe('français · French');
    expect(found('FRANCAIS')).toBe('français · French');
    expect(found('klingon')).toBe('');
    expect(panel?.textContent).toContain('No language here has that name.');
    found('urdu');
    press(bar, 'اردو');
    press(bar, 'اردو');
    const always = panel?.querySelector<HTMLInputElement>('[type="checkbox"]');
    always?.click();
    press(bar, 'Personalize');
    await settle();
    expect(api.lastAsked?.body).toMatchObject({language: 'ur'});
    sessionStorage.clear();
    const next = await openPage({chapter: 'two'});
    expect(read(next)).toContain('اردو');
  });

  it('speaks Urdu where the page does, and a host’s own words', async () => {
    const bar = await openPage({interface: 'ur', 'label-start': 'Mine'});
    expect(bar.shadowRoot?.querySelector('.root')?.getAttribute('dir')).toBe('rtl');
    expect(read(bar)).toContain('Mine');
    expect(read(bar)).toContain('زبان');
  });
});

describe('restoring', () => {
  it('shows again what was shown, on a reload and on the next page', async () => {
    await readAll();
    for (const chapter of ['one', 'two']) {
      const before = api.asked.length;
      await openPage({chapter});
      expect(api.asked.slice(before).map(({body}) => body.chapter_id)).toEqual([chapter]);
    }
  });

  it('asks for nothing where the original was chosen', async () => {
    press(await readAll(), 'Original');
    const before = api.asked.length;
    await openPage();
    await openPage({chapter: 'two'});
    expect(api.asked.length).toBe(before);
  });

  it('says nothing to who has signed out since', async () => {
    await readAll();
    const before = api.asked.length;
    const bar = await openPage({}, () => Promise.resolve(null));
    expect(api.asked.length).toBe(before);
    expect(read(bar)).not.toContain('Sign in');
  });

  it('takes a token that comes after the element', async () => {
    await readAll();
    const before = api.asked.length;
    const bar = await openPage({}, null);
    expect(api.asked.length).toBe(before);
    bar.getToken = () => Promise.resolve('late');
    await settle();
    expect(api.lastAsked?.token).toBe('Bearer late');
  });
});
