// @vitest-environment jsdom
/** The bar: from the server's page over the click to the end of the stream. */

import React from 'react';
import {fireEvent, render, screen} from '@testing-library/react';
import {renderToString} from 'react-dom/server';
import {expect, test, vi} from 'vitest';
import Bar from '@theme/Chapterwise/Bar';

import {ChapterStoreProvider} from '../../../client/context';
import {makeSection} from './scripted';
import {button, click, expectAccessible, makeSite, open, Page, settle} from './site';

test('a page without a chapter has no bar', () => {
  const site = makeSite();
  const {container} = render(
    <Page site={site}>
      <ChapterStoreProvider store={null as never}>
        <Bar />
      </ChapterStoreProvider>
    </Page>,
  );
  expect(container.innerHTML).toBe('');
});

test('the server renders the bar with disabled buttons and without a dialog', () => {
  const html = renderToString(
    <Page site={makeSite()} isBrowser={false}>
      <Bar />
    </Page>,
  );
  document.body.innerHTML = html;
  expect(screen.getByRole('region', {name: 'Personalize this chapter'})).toBeTruthy();
  const controls = screen.getAllByRole<HTMLButtonElement>('button');
  expect(controls.map((each) => each.disabled)).toEqual(controls.map(() => true));
  expect(screen.getByRole<HTMLSelectElement>('combobox').disabled).toBe(true);
  expect(html).not.toContain('<dialog');
  document.body.innerHTML = '';
});

test('the first render in the browser is what the server sent', async () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const site = makeSite({isSignedIn: true});
  const page = (
    <Page site={site} isBrowser={false}>
      <Bar />
    </Page>
  );
  const container = document.createElement('div');
  document.body.append(container);
  container.innerHTML = renderToString(page);
  const mismatches: unknown[] = [];
  render(page, {
    container,
    hydrate: true,
    onRecoverableError: (error) => mismatches.push(error),
  });
  await settle();
  expect(mismatches).toEqual([]);
  expect(complaints).not.toHaveBeenCalled();
});

test('a click brings the chapter section by section', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  expect(screen.getByRole('status').textContent).toBe('Looking for your version…');
  expect(site.api.asked).toEqual([{chapter_id: 'chapter-01'}]);

  await settle(() => site.api.plan(['one', 'two', 'three']));
  await settle(() => site.api.section(makeSection('one')));
  await settle(() => site.api.section(makeSection('two'), 1));
  expect(screen.getByRole('status').textContent).toBe('Section 2 of 3');
  const progress = screen.getByRole('progressbar', {name: 'Sections ready'});
  expect([progress.getAttribute('value'), progress.getAttribute('max')]).toEqual(['2', '3']);
  await expectAccessible();

  const sections = ['one', 'two', 'three'].map((id) => makeSection(id));
  await settle(() => site.api.done(sections));
  expect(screen.getByRole('status').textContent).toBe('Ready.');
  expect(screen.queryByRole('progressbar')).toBeNull();
  expect(button('For you').getAttribute('aria-pressed')).toBe('true');
  await expectAccessible();
});

test('a version that was stored says so', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  await settle(() => site.api.plan(['one']));
  await settle(() => site.api.done([makeSection('one')], {cached: true}));
  expect(screen.getByRole('status').textContent).toContain('had been written before');
});

test('a click before it is known who reads is not lost', async () => {
  const site = makeSite({isSignedIn: true});
  render(
    <Page site={site}>
      <Bar />
    </Page>,
  );
  fireEvent.click(button('Personalize this chapter'));
  expect(site.api.asked).toEqual([]);
  await settle();
  expect(site.api.asked).toHaveLength(1);
});

test('the second half of a double click does not stop what the first has started', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  expect(screen.queryByRole('button', {name: 'Personalize this chapter'})).toBeNull();
  expect(document.activeElement).toBe(button('Stop'));
  await settle(() => fireEvent.click(button('Stop'), {detail: 2}));
  expect(site.chapter.getSnapshot().phase).toBe('planning');
});

test('stopping keeps what has come, and the focus', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  await settle(() => site.api.plan(['one', 'two']));
  await settle(() => site.api.section(makeSection('one')));
  await click('Stop');
  expect(screen.queryByRole('button', {name: 'Stop'})).toBeNull();
  expect(screen.getByRole('status').textContent).toBe('Stopped. What has come stays.');
  expect(document.activeElement).toBe(button('Personalize again'));
  expect(site.chapter.getSnapshot().sections.size).toBe(1);
});

test('when the chapter is there the focus goes on to the choice of texts', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  await settle(() => site.api.plan(['one']));
  await settle(() => site.api.done([makeSection('one')]));
  expect(document.activeElement).toBe(button('For you'));
});

test('the two texts are a click apart and nothing is asked again', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  await settle(() => site.api.plan(['one']));
  await settle(() => site.api.done([makeSection('one')]));
  await click('Original');
  expect(site.chapter.getSnapshot().view).toBe('original');
  expect(button('Original').getAttribute('aria-pressed')).toBe('true');
  await click('For you');
  expect(site.chapter.getSnapshot().view).toBe('personalized');
  expect(site.api.asked).toHaveLength(1);
});

test('languages are named in themselves, and a choice asks anew', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  const choice = screen.getByLabelText<HTMLSelectElement>('Language');
  const options = [...choice.options].map((each) => each.textContent);
  expect(options).toEqual(['As in my profile', 'English', 'اردو']);

  const choose = async (value: string): Promise<void> => {
    await settle(() => fireEvent.change(choice, {target: {value}}));
  };
  await choose('ur');
  expect(site.api.asked).toEqual([]);
  await click('Personalize this chapter');
  await settle(() => site.api.plan(['one'], {language: 'ur', direction: 'rtl'}));
  await settle(() => site.api.done([makeSection('one')], {language: 'ur', direction: 'rtl'}));
  await choose('');
  expect(site.api.asked.map((each) => each.language)).toEqual(['ur', undefined]);
});

test('the reasons name what was done, by whom, and lead back to the source', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  await settle(() => site.api.plan(['one']));
  await settle(() => site.api.done([makeSection('one')]));
  const reasons = document.querySelector('.theme-chapterwise-reasons');
  expect(reasons?.textContent).toContain('Simpler words');
  expect(reasons?.textContent).toContain('You are new to programming.');
  expect(reasons?.textContent).toContain('Claude (Anthropic)');
  expect(reasons?.textContent).toContain('Written with AI, from the author’s text.');
  expect(screen.getByText('Its source file').getAttribute('href')).toBe(
    'https://example.org/edit/chapter-01.md',
  );
  await settle(() => screen.getByText('the author’s text').click());
  expect(site.chapter.getSnapshot().view).toBe('original');
  // What is shown now was written by nobody else.
  expect(reasons?.textContent).not.toContain('Written with AI');
});

test.each([
  ['openai', 'OpenAI'],
  ['offline', 'fact sheets'],
  [null, 'All of the text is the author’s own.'],
])('whose words they are is said: %s', async (provider, words) => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  await settle(() => site.api.plan(['one']));
  await settle(() =>
    site.api.done([makeSection('one', {status: 'original'})], {llm_provider: provider}),
  );
  const reasons = document.querySelector('.theme-chapterwise-reasons');
  expect(reasons?.textContent).toContain(words);
  expect(reasons?.textContent).not.toContain('Written with AI');
});

test('the reasons say what came of the plan, not what was planned', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  await settle(() => site.api.plan(['one', 'two', 'three', 'four']));
  const explanation = {
    transformations: [{id: 'beginner-simplify', title: 'Simpler words', sections: 2, notes: 0}],
    writers: new Map([
      ['model', 2],
      ['instructor', 1],
      ['author', 1],
    ]),
    reviews: new Map([
      ['passed', 1],
      ['partly_original', 1],
    ]),
    originals: new Map([['locked', 1]]),
  };
  await settle(() => site.api.done([makeSection('one')], {explanation}));
  const reasons = document.querySelector('.theme-chapterwise-reasons')?.textContent;
  expect(reasons).toContain('You are new to programming.Sections rewritten: 2.');
  expect(reasons).toContain('written or chosen by an instructor: 1.');
  expect(reasons).toContain('by a second model: 2; mended after that: 0; in part put back');
  expect(reasons).toContain('as the author wrote them: locked by the author or an instructor: 1.');
});

test('what came to nothing is said to have come to nothing', async () => {
  const site = makeSite({isSignedIn: true});
  await open(site, <Bar />);
  await click('Personalize this chapter');
  await settle(() => site.api.plan(['one']));
  const explanation = {
    transformations: [],
    writers: new Map([['author', 1]]),
    reviews: new Map<string, number>(),
    originals: new Map([['nothing_to_change', 1]]),
  };
  await settle(() => site.api.done([makeSection('one')], {explanation}));
  const reasons = document.querySelector('.theme-chapterwise-reasons')?.textContent;
  expect(reasons).toContain('Nothing in this chapter called for it.');
  expect(reasons).toContain('All of the text is the author’s own.');
  expect(reasons).not.toContain('Written with AI');
});
