/** The configuration of the site that component tests live in. */

export default {
  title: 'Robots',
  url: 'https://example.org',
  baseUrl: '/',
  trailingSlash: undefined,
  future: {experimental_router: 'browser'},
  themeConfig: {
    colorMode: {},
    docs: {versionPersistence: 'localStorage'},
    navbar: {hideOnScroll: false, items: []},
    prism: {
      additionalLanguages: [],
      magicComments: [{className: 'highlighted', line: 'highlight-next-line'}],
      theme: {plain: {}, styles: []},
    },
    tableOfContents: {minHeadingLevel: 2, maxHeadingLevel: 3},
  },
};
