/** Says which language the page's own title is in; the sections below it say theirs themselves. */

import React from 'react';
import type {ReactNode} from 'react';

import {useChapterStore, useChapterValue} from '../context';
import {useForeignVoice, useLocale} from './locale';
import styles from './styles.module.css';

export default function Titled({children}: {readonly children: ReactNode}) {
  const author = useLocale();
  const foreign = useForeignVoice();
  // Docusaurus writes the title that stands in the front matter, known when all has come.
  const isShown = useChapterValue(
    useChapterStore(),
    ({view, plan, done}) =>
      view === 'personalized' && done !== null && plan !== null && done.title !== plan.title,
  );
  const voice = isShown === true && foreign !== null ? foreign : author;
  return (
    <div
      className={voice === author ? undefined : styles.title}
      lang={voice.language}
      dir={voice.direction}
    >
      {children}
    </div>
  );
}
