/** What the site's owner has set, as far as the browser needs it. */

import {useAllPluginInstancesData} from '@docusaurus/useGlobalData';

import type {PublicOptions} from '../options';

/** Null where the theme's components are used without the theme in the site's configuration. */
export function useOptions(): PublicOptions | null {
  const instances: Readonly<Record<string, unknown>> =
    useAllPluginInstancesData('docusaurus-theme-chapterwise') ?? {};
  const data = Object.values(instances)[0];
  return isPublicOptions(data) ? data : null;
}

/** Docusaurus hands over whatever stands under the theme's name. */
function isPublicOptions(data: unknown): data is PublicOptions {
  return typeof data === 'object' && data !== null && 'apiUrl' in data && 'docsDir' in data;
}
