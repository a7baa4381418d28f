/** Comparing a section with its original, as both stand on the page. */

import type {Difference} from '../../core/difference';
import {readText} from './text';

/** What was taken away and what was added, word by word; the comparing code comes when asked. */
export async function compare(original: Element, shown: Element): Promise<readonly Difference[]> {
  const {describeDifference} = await import('../../core/difference');
  return describeDifference(readText(original), readText(shown));
}
