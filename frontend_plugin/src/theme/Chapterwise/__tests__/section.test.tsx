// @vitest-environment jsdom
/** One section: its mark, its panel, and the two texts. */

import React, {useState, type ReactNode} from 'react';
import {render, screen} from '@testing-library/react';
import {renderToString} from 'react-dom/server';
import {expect, test, vi} from 'vitest';
import Section from '@theme/Chapterwise/Section';
import Verdict from '@theme/Chapterwise/Verdict';

import {useChapter} from '../../../client/context';
import type {DoneEvent, Judgement, PlanEvent, ShownSection} from '../../../core/types';
import {makeFailure, makeSection} from './scripted';
import {
  button,
  click,
  expectAccessible,
  makeSite,
  open,
  Page,
  settle,
  type,
  type Site,
} from './site';

function Counter(): ReactNode {
  const [count, setCount] = useState(0);
  return (
    <button type="button" onClick={() => setCount(count + 1)}>
      Counted {count}
    </button>
  );
}

/** As the page hands it over: both texts in one kind of body, what is in both under one key. */
function Body({children}: {readonly children: ReactNode}): ReactNode {
  return <div className="markdown">{children}</div>;
}

const ORIGINAL = (
  <Body>
    <h2 key="heading" id="one">
      Nodes
    </h2>
    <p key="written">
      A node is a process that uses <code>rclpy</code>.
    </p>
    <Counter key="element" />
  </Body>
);
const SHOWN = (
  <Body>
    <h2 key="heading" id="one">
      Nodes
    </h2>
    <p key="rewritten">
      A node is a small program that uses <code>rclpy</code>.
    </p>
    <Counter key="element" />
  </Body>
);

/** What the page does with a section that has come. */
function Chapter({fits}: {readonly fits?: boolean}): ReactNode {
  const state = useChapter()?.state;
  const section = state?.view === 'personalized' ? (state.sections.get('one') ?? null) : null;
  return (
    <article>
      <Section section={section} fits={fits ?? true} original={ORIGINAL} shown={SHOWN} />
      <Verdict />
    </article>
  );
}

interface Given {
  readonly section?: Partial<ShownSection>;
  readonly plan?: Partial<PlanEvent>;
  readonly done?: Partial<DoneEvent>;
  readonly fits?: boolean;
  readonly recalled?: readonly Judgement[];
}

async function openSection({
  section,
  plan,
  done,
  fits,
  recalled = [],
}: Given = {}): Promise<Site> {
  const site = makeSite({isSignedIn: true});
  site.api.recalled = recalled;
  await open(site, <Chapter fits={fits ?? true} />);
  const shown = makeSection('one', section);
  await settle(() => void site.chapter.personalize());
  await settle(() => site.api.plan(['one'], plan));
  await settle(() => site.api.section(shown));
  await settle(() => site.api.done([shown], done));
  return site;
}

test('before the click there is the author’s text and nothing else', async () => {
  await open(makeSite(), <Chapter />);
  expect(screen.getByText(/is a process that uses/)).toBeTruthy();
  expect(screen.getAllByRole('button')).toHaveLength(1);
});

test.each<[string, Given]>([
  ['Rewritten for you', {}],
  ['Rewritten for you', {section: {status: 'cached'}}],
  [
    'Rewritten for you, note added',
    {section: {notes: [{kind: 'hardware', markdown: ':::note'}]}},
  ],
  [
    'Note added',
    {section: {notes: [{kind: 'hardware', markdown: ':::note'}]}, done: {llm_provider: 'offline'}},
  ],
  [
    'Note added',
    {
      section: {notes: [{kind: 'hardware', markdown: ':::note'}]},
      plan: {transformations: [{id: 'jetson', title: 'Jetson', reason: 'Yours.', adds: 'notes'}]},
    },
  ],
  ['Rewritten for you · اردو', {plan: {language: 'ur', direction: 'rtl'}}],
  ['The author’s own text', {section: {status: 'fallback', reason: 'It did not pass.'}}],
  ['The author’s own text', {fits: false}],
])('a section is marked by words: %s', async (words, given) => {
  await openSection(given);
  expect(button(words).getAttribute('aria-expanded')).toBe('false');
  await click(words);
  await expectAccessible();
});

test.each<[string, Partial<ShownSection>]>([
  ['Written with AI, from the author’s text.', {writer: 'model', review: 'none'}],
  ['A second model has read it over.', {writer: 'model', review: 'passed'}],
  ['which was mended', {writer: 'model', review: 'repaired'}],
  ['which is the author’s again', {writer: 'model', review: 'partly_original'}],
  ['Written or chosen by an instructor', {writer: 'instructor', review: 'none'}],
])('a section says who wrote it, and who read it: %s', async (words, section) => {
  await openSection({section});
  await click('Rewritten for you');
  expect(document.querySelector('.theme-chapterwise-panel')?.textContent).toContain(words);
});

test.each<Partial<ShownSection>>([
  {status: 'original'},
  {status: 'cached', writer: 'author'},
])('a section that is as its author wrote it has no mark', async (section) => {
  await openSection({section});
  expect(screen.getAllByRole('button')).toHaveLength(1);
});

test('the page’s two texts take one place, so that what is in both keeps its state', async () => {
  const site = await openSection();
  await click('Counted 0');
  await settle(() => site.chapter.show('original'));
  expect(screen.getByText(/is a process that uses/)).toBeTruthy();
  await click('Counted 1');
  await settle(() => site.chapter.show('personalized'));
  expect(screen.getByText(/is a small program that uses/)).toBeTruthy();
  expect(button('Counted 2')).toBeTruthy();
  expect(document.querySelectorAll('#one')).toHaveLength(1);
});

test('the original of one section is a click away, and so is the way back', async () => {
  await openSection();
  await click('Rewritten for you');
  expect(screen.getByText('Written with AI, from the author’s text.')).toBeTruthy();
  await click('Counted 0');
  await click('Show the original');
  expect(screen.getByText(/is a process that uses/)).toBeTruthy();
  expect(button('The author’s own text')).toBeTruthy();
  await click('Show the version for you');
  expect(screen.getByText(/is a small program that uses/)).toBeTruthy();
  expect(button('Counted 1')).toBeTruthy();
});

test('what changed can be seen and heard, word by word', async () => {
  await openSection();
  await click('Rewritten for you');
  await click('What changed?');
  const difference = await screen.findByRole('group', {name: 'What was changed in this section'});
  expect(difference.textContent).toBe(
    'Nodes\n\nA node is a [removed:] process [added:] small program that uses rclpy.',
  );
  expect(difference.querySelector('del')?.textContent).toBe('[removed:] process ');
  expect(difference.querySelector('ins')?.textContent).toBe('[added:] small program ');
  expect(document.querySelectorAll('#one')).toHaveLength(1);
  await expectAccessible();
  await click('What changed?');
  expect(screen.queryByRole('group', {name: 'What was changed in this section'})).toBeNull();
});

test('words are not compared over languages', async () => {
  await openSection({plan: {language: 'ur', direction: 'rtl'}});
  await click('Rewritten for you · اردو');
  expect(screen.queryByRole('button', {name: 'What changed?'})).toBeNull();
});

test('why a section fell back is said', async () => {
  await openSection({section: {status: 'fallback', reason: 'It did not pass our checks.'}});
  await click('The author’s own text');
  expect(screen.getByText('It did not pass our checks.')).toBeTruthy();
  expect(screen.queryByRole('button', {name: 'Show the original'})).toBeNull();
});

test('a thumb is sent at once, and a word with it later', async () => {
  const site = await openSection();
  await click('Rewritten for you');
  await click(/Not really/, 0);
  expect(site.api.judged).toEqual([{chapter_id: 'chapter-01', section: 'one', helpful: false}]);
  await type(/What should be better/, '  The example is for ROS 1. ');
  await click('Send');
  expect(site.api.judged[1]).toEqual({
    chapter_id: 'chapter-01',
    section: 'one',
    helpful: false,
    comment: 'The example is for ROS 1.',
  });
  expect(screen.getAllByText('Thank you.')).toHaveLength(1);
});

test('a thumb down may say what is wrong, and another thumb takes that back', async () => {
  const site = await openSection();
  await click('Rewritten for you');
  expect(screen.queryByText('What is wrong with it?')).toBeNull();
  await click(/Not really/, 0);
  await click('Too hard');
  const down = {chapter_id: 'chapter-01', section: 'one', helpful: false};
  expect(site.api.judged).toEqual([down, {...down, fault: 'too_hard'}]);
  expect(screen.getByRole('button', {name: 'Too hard', pressed: true})).toBeTruthy();
  await type(/What should be better/, 'Slower.');
  await click('Send');
  expect(site.api.judged.at(-1)).toEqual({...down, fault: 'too_hard', comment: 'Slower.'});
  await click('Too hard');
  expect(site.api.judged.at(-1)).toEqual({...down, comment: 'Slower.'});
  await expectAccessible();
  await click(/Yes/, 0);
  expect(site.api.judged.at(-1)).toEqual({...down, helpful: true, comment: 'Slower.'});
  expect(screen.queryByText('What is wrong with it?')).toBeNull();
});

test('what was said before is there again, and goes along with another thumb', async () => {
  const site = await openSection({
    recalled: [{section: 'one', helpful: false, comment: 'Too fast.'}],
  });
  await click('Rewritten for you');
  const [yes, no] = [/Yes/, /Not really/].map((name) => screen.getAllByRole('button', {name})[0]);
  expect(no?.getAttribute('aria-pressed')).toBe('true');
  expect(yes?.getAttribute('aria-pressed')).toBe('false');
  await click(/Yes/, 0);
  expect(site.api.judged).toEqual([
    {chapter_id: 'chapter-01', section: 'one', helpful: true, comment: 'Too fast.'},
  ]);
  expect(screen.getByLabelText<HTMLTextAreaElement>(/What should be better/).value).toBe(
    'Too fast.',
  );
});

test('a mistake is reported with words', async () => {
  const site = await openSection();
  await click('Rewritten for you');
  await click('Report a mistake');
  await click('Send');
  expect(site.api.judged).toEqual([]);
  await type(/What should be better/, 'The port is wrong.');
  await click('Send');
  expect(site.api.judged).toEqual([
    {chapter_id: 'chapter-01', section: 'one', helpful: false, comment: 'The port is wrong.'},
  ]);
});

test('feedback that could not be sent says so, and the thumb is not pressed', async () => {
  const site = await openSection();
  await click('Rewritten for you');
  site.api.refusals.set('feedback', makeFailure('offline'));
  await click(/Yes/, 0);
  expect(screen.getByText(/The service cannot be reached/)).toBeTruthy();
  expect(screen.getAllByRole('button', {name: /Yes/})[0]?.getAttribute('aria-pressed')).toBe(
    'false',
  );
});

test('at the end the chapter as a whole is judged', async () => {
  const site = await openSection();
  expect(screen.getByText('Did this version of the chapter help you?')).toBeTruthy();
  await click(/Yes/);
  expect(site.api.judged).toEqual([{chapter_id: 'chapter-01', helpful: true}]);
  expect(button(/Yes/).getAttribute('aria-pressed')).toBe('true');
  await expectAccessible();
  await settle(() => site.chapter.show('original'));
  expect(screen.queryByText('Did this version of the chapter help you?')).toBeNull();
});

test('the server’s page has the author’s text in place, and the browser agrees', () => {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const page = (
    <Page site={makeSite()} isBrowser={false}>
      <Chapter />
    </Page>
  );
  const container = document.createElement('div');
  document.body.append(container);
  container.innerHTML = renderToString(page);
  expect(container.textContent).toContain('is a process that uses');
  expect(container.textContent).not.toContain('small program');
  render(page, {container, hydrate: true});
  expect(complaints).not.toHaveBeenCalled();
});

test('whatever can be used can be reached by keyboard, in the order in which it is read', async () => {
  await openSection();
  await click('Rewritten for you');
  await click('What changed?');
  const used = 'button, a[href], input, select, textarea, summary, [tabindex]';
  const controls = [...document.querySelectorAll<HTMLElement>(used)];
  expect(controls.length).toBeGreaterThan(8);
  expect(controls.filter((each) => each.tabIndex !== 0)).toEqual([]);
  expect(document.querySelectorAll('[onclick], [role=button]:not(button)')).toHaveLength(0);
});
