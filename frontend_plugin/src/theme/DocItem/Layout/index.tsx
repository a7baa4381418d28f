/** Docusaurus' page of a chapter, with the chapter's store around it. */

import React, {type ReactNode} from 'react';
import DocItemLayout from '@theme-init/DocItem/Layout';
import type {Props} from '@theme/DocItem/Layout';

import {ChapterProvider} from '../../../client/context';
import Relabelled from '../../../client/rendering/Relabelled';

export default function DocItemLayoutWrapper(props: Props): ReactNode {
  return (
    <ChapterProvider>
      <Relabelled>
        <DocItemLayout {...props} />
      </Relabelled>
    </ChapterProvider>
  );
}
