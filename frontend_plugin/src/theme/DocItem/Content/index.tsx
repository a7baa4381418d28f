/** Docusaurus' text of a chapter, with the bar above it and its sections told apart. */

import React, {type ReactNode} from 'react';
import {useDoc} from '@docusaurus/plugin-content-docs/client';
import DocItemContent from '@theme-init/DocItem/Content';
import Bar from '@theme/Chapterwise/Bar';
import Verdict from '@theme/Chapterwise/Verdict';
import type {Props} from '@theme/DocItem/Content';

import {useChapterStore} from '../../../client/context';
import Sections from '../../../client/rendering/Sections';
import Titled from '../../../client/rendering/Titled';

export default function DocItemContentWrapper({children}: Props): ReactNode {
  const {metadata} = useDoc();
  if (useChapterStore() === null) return <DocItemContent>{children}</DocItemContent>;
  return (
    <>
      <Bar />
      <Titled>
        <DocItemContent>
          <Sections source={metadata.source}>{children}</Sections>
        </DocItemContent>
      </Titled>
      <Verdict />
    </>
  );
}
