/** How the tests run: in Node, or with a DOM where a file asks for one by its first comment. */

import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {transformWithOxc} from 'vite';
import type {Plugin} from 'vite';
import {defineConfig} from 'vitest/config';

const ENDINGS = ['', '.tsx', '.ts', '.jsx', '.js', '.json', '/index.tsx', '/index.ts', '/index.js'];

const CLASSIC = 'node_modules/@docusaurus/theme-classic/lib/theme/';

/** Where each of a built site's virtual modules comes from: the first folder that has it. */
const FOLDERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^@theme\/(.+)$/, ['src/theme/', 'src/__tests__/theme/', CLASSIC]],
  [
    /^@theme-(?:init|original)\/(.+)$/,
    ['src/__tests__/theme-init/', 'src/__tests__/theme/', CLASSIC],
  ],
  [/^@generated\/(.+)$/, ['src/__tests__/generated/']],
  // By its own name, as those write it who replace a component.
  [/^docusaurus-theme-chapterwise\/(client|core)$/, ['src/']],
  [
    /^@docusaurus\/([A-Za-z]+)$/,
    ['src/__tests__/docusaurus/', 'node_modules/@docusaurus/core/lib/client/exports/'],
  ],
];

function findFile(path: string): string | undefined {
  const base = fileURLToPath(new URL(path, import.meta.url));
  const files = ENDINGS.map((ending) => base + ending);
  return files.find((file) => /\.\w+$/.test(file) && existsSync(file));
}

/** What Docusaurus does for a built site: it gives the virtual modules their files. */
const virtualModules: Plugin = {
  name: 'chapterwise-virtual-modules',
  enforce: 'pre',
  resolveId(id) {
    for (const [pattern, folders] of FOLDERS) {
      const name = pattern.exec(id)?.[1];
      if (name === undefined) continue;
      for (const folder of folders) {
        const file = findFile(`./${folder}${name}`);
        if (file !== undefined) return file;
      }
    }
    return null;
  },
};

/** Docusaurus publishes its browser modules with JSX in `.js` files. */
const jsxInPackages: Plugin = {
  name: 'chapterwise-jsx-in-packages',
  enforce: 'pre',
  async transform(code, id) {
    const isTheirs = /@docusaurus\/[\w-]+\/lib\/.+\.js$/.test(id);
    return isTheirs ? transformWithOxc(code, `${id}x`, {jsx: {runtime: 'automatic'}}) : null;
  },
};

export default defineConfig({
  plugins: [virtualModules, jsxInPackages],
  oxc: {jsx: {runtime: 'automatic'}},
  test: {
    include: ['src/**/__tests__/**/*.test.{ts,tsx}'],
    css: {modules: {classNameStrategy: 'non-scoped'}},
    server: {deps: {inline: [/@docusaurus/]}},
    unstubGlobals: true,
    restoreMocks: true,
  },
});
