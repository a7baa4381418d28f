// The demonstration textbook: the chapters of `docs/`, and one theme more.
import type {Config} from '@docusaurus/types';
import {themes} from 'prism-react-renderer';
import rehypeKatex from 'rehype-katex';
import remarkMath from 'remark-math';

const url = process.env.SITE_URL ?? 'http://localhost:3000';
const apiUrl = process.env.CHAPTERWISE_API_URL ?? 'http://localhost:8000';
const docs = process.env.SITE_DOCS ?? '../../docs';
const locales = process.env.SITE_LOCALES?.split(',') ?? ['en', 'ur'];
// A build with the theme left out shows what the theme adds, in bytes and to screen readers.
const isBare = process.env.SITE_BARE === 'true';

const config: Config = {
  title: 'Physical AI and humanoid robotics',
  tagline: 'A textbook that is rewritten for whoever reads it',
  favicon: 'img/icon.svg',
  url,
  baseUrl: '/',
  onBrokenLinks: 'throw',
  onBrokenAnchors: 'throw',
  i18n: {defaultLocale: 'en', locales, localeConfigs: {ur: {direction: 'rtl'}}},
  future: {v4: true, faster: true},
  markdown: {mermaid: true, hooks: {onBrokenMarkdownLinks: 'throw', onBrokenMarkdownImages: 'throw'}},
  plugins: [
    '@docusaurus/plugin-content-pages',
    [
      '@docusaurus/plugin-content-docs',
      {
        path: docs,
        routeBasePath: '/',
        sidebarPath: './sidebars.ts',
        remarkPlugins: [remarkMath],
        rehypePlugins: [rehypeKatex],
      },
    ],
  ],
  themes: [
    ['@docusaurus/theme-classic', {customCss: './src/css/site.css'}],
    '@docusaurus/theme-mermaid',
    ...(isBare ? [] : [['chapterwise', {apiUrl, docsDir: docs}] as const]),
  ],
  themeConfig: {
    colorMode: {respectPrefersColorScheme: true},
    navbar: {
      title: 'Physical AI and humanoid robotics',
      items: [{type: 'localeDropdown', position: 'right'}],
    },
    prism: {
      theme: themes.github,
      darkTheme: themes.dracula,
      additionalLanguages: ['bash', 'docker', 'ini', 'json', 'python', 'yaml'],
    },
  },
};

export default config;
