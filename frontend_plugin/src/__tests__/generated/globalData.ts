/** What the plugins of the tests' site tell the browser; a test may put in something else. */

import type {PublicOptions} from '../../options';

const chapterwise: PublicOptions = {
  apiUrl: 'http://127.0.0.1:1',
  docsDir: 'docs',
  profilePath: '/personalize/profile',
  languages: ['en', 'ur'],
  auth: 'chapterwise',
};

export default {
  'docusaurus-theme-chapterwise': {default: chapterwise},
  'docusaurus-plugin-content-docs': {default: {path: '/docs', versions: [], breadcrumbs: true}},
};
