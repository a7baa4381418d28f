/** The element's one file: whoever loads it has the bar and its kin. */

import {ChapterwiseBar} from './bar';
import {ChapterwiseMark} from './mark';
import {ChapterwiseThumbs} from './thumbs';

const KIN = [
  ['chapterwise-mark', ChapterwiseMark],
  ['chapterwise-thumbs', ChapterwiseThumbs],
  ['chapterwise-bar', ChapterwiseBar],
] as const;

// A page that loads the file twice keeps what it has.
for (const [name, element] of KIN) {
  if (!customElements.get(name)) customElements.define(name, element);
}

export {ChapterwiseBar, ChapterwiseMark, ChapterwiseThumbs};
