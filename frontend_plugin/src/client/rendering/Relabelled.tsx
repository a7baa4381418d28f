/** What is below sees the page with the title and the table of contents that are shown. */

import React, {useMemo} from 'react';
import type {ReactNode} from 'react';
import {DocProvider, useDoc} from '@docusaurus/plugin-content-docs/client';

import {useChapterStore, useChapterValue} from '../context';
import {useForeignVoice} from './locale';
import styles from './styles.module.css';
import {createLabeller, NO_LABELS, relabel} from './toc';

type Content = Parameters<typeof DocProvider>[0]['content'];

export default function Relabelled({children}: {readonly children: ReactNode}) {
  const doc = useDoc();
  const voice = useForeignVoice();
  const select = useMemo(createLabeller, []);
  const labels = useChapterValue(useChapterStore(), select) ?? NO_LABELS;
  const content = useMemo(() => {
    const {title} = labels;
    const toc = relabel(doc.toc, labels, voice, styles.label ?? '');
    const metadata = title === null ? doc.metadata : {...doc.metadata, title};
    // The provider wants the compiled page, and takes these five of it.
    return Object.assign(() => null, {...doc, toc, metadata}) as unknown as Content;
  }, [doc, labels, voice]);
  return <DocProvider content={content}>{children}</DocProvider>;
}
