/** One section of the page, in the author's words or in those that were written for the learner. */

import React, {
  cloneElement,
  Fragment,
  isValidElement,
  memo,
  useCallback,
  useMemo,
  useState,
} from 'react';
import type {ReactNode} from 'react';
import ThemeSection from '@theme/Chapterwise/Section';

import type {ChapterState, ShownSection} from '../../core/types';
import {useChapterStore, useChapterValue} from '../context';
import type {Piece} from './compose';
import type {Part} from './dividing';
import type {Components, Props as AnyProps} from './elements';
import Failing from './Failing';
import {isRewritten, useForeignVoice, useLocale} from './locale';
import type {Voice} from './locale';
import {useRenderer} from './renderer';
import type {Page} from './split';
import styles from './styles.module.css';

/** What all sections of a page share. */
export interface Setting {
  readonly page: Page;
  readonly components: Components;
  /** Docusaurus' name of the page's file. */
  readonly source: string;
}

interface Props {
  readonly part: Part;
  readonly setting: Setting;
}

export default memo(function PartOfPage({part, setting}: Props) {
  const {page} = setting;
  const name = useName(part, page);
  const section = useSection(part.index);
  const isPersonal = useChapterValue(useChapterStore(), ({view}) => view === 'personalized');
  const {pieces, fits, onFail} = usePieces(section, part, setting);
  const author = useLocale();
  const foreign = useForeignVoice();
  const isTurned = foreign !== null && foreign.direction !== author.direction;
  const written = useMemo(() => listWritten(page, part), [page, part]);
  const rewritten = useMemo(() => {
    const own = foreign === null ? null : author;
    return pieces?.map((piece, at) => place(piece, at, {page, own, onFail})) ?? null;
  }, [pieces, page, author, foreign, onFail]);
  return (
    <section className={styles.section} data-chapterwise-section={name}>
      <ThemeSection
        section={isPersonal === true ? section : null}
        fits={fits}
        original={<Body voice={author}>{written}</Body>}
        shown={
          rewritten === null ? (
            <Body voice={author}>{written}</Body>
          ) : (
            <Body voice={foreign ?? author} isOurs isTurned={isTurned}>
              {rewritten}
            </Body>
          )
        }
      />
    </section>
  );
});

/** The section as it has come, whatever is being read; null before. */
function useSection(index: number | null): ShownSection | null {
  const select = ({plan, sections}: ChapterState) => {
    const id = index === null ? undefined : plan?.sections[index]?.id;
    return id === undefined ? null : (sections.get(id) ?? null);
  };
  return useChapterValue(useChapterStore(), select);
}

interface Pieces {
  /** Null where the author's section is to be shown. */
  readonly pieces: readonly Piece[] | null;
  readonly fits: boolean;
  readonly onFail: () => void;
}

function usePieces(section: ShownSection | null, part: Part, setting: Setting): Pieces {
  const [failed, setFailed] = useState<ShownSection | null>(null);
  const onFail = useCallback(() => setFailed(section), [section]);
  const wanted = section !== null && isRewritten(section) && section !== failed ? section : null;
  const renderer = useRenderer(wanted !== null);
  const pieces = useMemo(() => {
    if (wanted === null || renderer === null) return null;
    return renderer.compose({...setting, section: wanted, part, sources: renderer.sources});
  }, [wanted, renderer, part, setting]);
  const isMissing = wanted !== null && renderer !== null && pieces === null;
  return {pieces, fits: !isMissing && (section === null || section !== failed), onFail};
}

/** The section's id, the same in every view: who scrolls finds the place again by it. */
function useName({index, from, to}: Part, page: Page): string {
  const select = ({plan}: ChapterState) => (index === null ? null : plan?.sections[index]?.id);
  const planned = useChapterValue(useChapterStore(), select);
  const anchor = page.anchors.find(({at}) => at >= from && at < to);
  return planned || anchor?.id || (from === 0 ? 'intro' : `elements-${from}`);
}

function listWritten(page: Page, part: Part): readonly ReactNode[] {
  return page.elements
    .slice(part.from, part.to)
    .map((_, offset) => placeElement(part.from + offset, page));
}

interface Place {
  readonly page: Page;
  /** The author's language, where the section is in another one. */
  readonly own: Voice | null;
  readonly onFail: () => void;
}

function place(piece: Piece, at: number, {page, own, onFail}: Place): ReactNode {
  if ('element' in piece) return placeElement(piece.element, page, own);
  return (
    <Failing key={`rewritten-${at}`} onFail={onFail}>
      {piece.node}
    </Failing>
  );
}

/** By its number, so that React knows it for the same in the author's section and in ours. */
function placeElement(element: number, page: Page, own: Voice | null = null): ReactNode {
  const node = page.elements[element];
  return <Fragment key={`element-${element}`}>{own === null ? node : speak(node, own)}</Fragment>;
}

/** Plain elements can say that they are still in the author's language; components may not. */
function speak(node: ReactNode, {language, direction}: Voice): ReactNode {
  const isPlain = isValidElement<AnyProps>(node) && typeof node.type === 'string';
  if (!isPlain || 'dir' in node.props || 'lang' in node.props) return node;
  return cloneElement(node, {lang: language, dir: direction});
}

interface BodyProps {
  readonly voice: Voice;
  readonly isOurs?: boolean;
  /** Whether it runs against the page. */
  readonly isTurned?: boolean;
  readonly children: ReactNode;
}

/** The same for the author's and the rewritten text, so that what is in both stays alive. */
function Body({voice, isOurs = false, isTurned = false, children}: BodyProps) {
  // Code and formulas run from left to right; how the author's page does that is the site's affair.
  const isIsolating = isTurned || (isOurs && voice.direction === 'rtl');
  const classes = [styles.body, isTurned && styles.turned, isIsolating && styles.isolating];
  return (
    <div
      className={['markdown', ...classes].filter(Boolean).join(' ')}
      lang={voice.language}
      dir={voice.direction}
    >
      {children}
    </div>
  );
}
