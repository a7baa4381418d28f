/** The language of the page around the chapter, and numbers in it. */

import useDocusaurusContext from '@docusaurus/useDocusaurusContext';

export function useLocale(): string {
  return useDocusaurusContext().i18n.currentLocale;
}

export function formatNumber(locale: string, value: number): string {
  return new Intl.NumberFormat(locale).format(value);
}
