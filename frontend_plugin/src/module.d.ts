/** What a built site has and TypeScript cannot see. */

declare module '@generated/docusaurus-theme-chapterwise/default/sources.json' {
  const sources: import('./naming').Sources;
  export default sources;
}
