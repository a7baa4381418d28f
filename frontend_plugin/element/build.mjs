/** The element as one file for a page; `--check` only says whether the kept file is that one. */

import {readFile, writeFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {build} from 'esbuild';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const BUILT = fileURLToPath(new URL('../../server/web/static/chapterwise.js', import.meta.url));
const MOST_BYTES = 35 * 1024;

const {outputFiles} = await build({
  absWorkingDir: HERE,
  entryPoints: ['src/index.ts'],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  // The source's own settings only: what a folder above holds must not shape the file.
  tsconfigRaw: {compilerOptions: {target: 'ES2022'}},
  write: false,
});
const [file] = outputFiles;
const zipped = gzipSync(file.contents, {level: 9}).length;
console.log(`chapterwise.js: ${file.contents.length} bytes, ${zipped} gzipped`);
if (zipped > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes gzipped`);

if (process.argv.includes('--check')) {
  const kept = await readFile(BUILT).catch(() => new Uint8Array());
  if (Buffer.compare(kept, file.contents) !== 0) {
    throw new Error('server/web/static/chapterwise.js is not what the sources make: build it');
  }
} else {
  await writeFile(BUILT, file.contents);
}
