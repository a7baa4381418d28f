/** Words for those who hear the page. */

import React, {type ReactNode} from 'react';
import type {Props} from '@theme/Chapterwise/Unseen';

import styles from './styles.module.css';

export default function Unseen({children}: Props): ReactNode {
  return <span className={styles.unseen}>{children}</span>;
}
