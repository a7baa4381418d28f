/** Builds `lib/`: what the browser gets, and in `lib/server` the plugin object for Node. */

import {execFileSync} from 'node:child_process';
import {cpSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, extname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src');
const target = join(root, 'lib');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

function compile(config) {
  execFileSync(process.execPath, [tsc, '-p', join(root, config)], {stdio: 'inherit'});
}

/** Styles and declarations, which the compiler leaves where they are. */
function isCopied(path) {
  if (path.includes('__tests__')) return false;
  return path.endsWith('.css') || path.endsWith('.d.ts') || extname(path) === '';
}

/** Whoever uses the package's types has those of its theme components with them. */
function referToThemeTypes(file) {
  const names = ['theme-chapterwise', 'module'];
  const lines = names.map((name) => `/// <reference path="../${name}.d.ts" />\n`);
  writeFileSync(file, lines.join('') + readFileSync(file, 'utf8'));
}

rmSync(target, {recursive: true, force: true});
compile('tsconfig.client.json');
compile('tsconfig.server.json');
cpSync(source, target, {recursive: true, filter: isCopied});
referToThemeTypes(join(target, 'server', 'index.d.ts'));
