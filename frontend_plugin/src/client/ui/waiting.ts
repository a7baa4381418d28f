/** How long to wait, in the words of the page's language. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** “in 40 seconds”, “in 3 minutes”: rounded up, so that nobody comes too early. */
export function describeWait(locale: string, seconds: number): string {
  const format = new Intl.RelativeTimeFormat(locale, {numeric: 'always'});
  if (seconds < MINUTE) return format.format(Math.max(Math.ceil(seconds), 1), 'second');
  if (seconds < HOUR) return format.format(Math.ceil(seconds / MINUTE), 'minute');
  return format.format(Math.ceil(seconds / HOUR), 'hour');
}
