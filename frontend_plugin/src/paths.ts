/** Where the package's own files are: this module runs from `lib/server`, in tests from `src`. */

import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';

const ROOT = findRoot(__dirname);

export const THEME_PATH = join(ROOT, 'lib', 'theme');
export const LOCALES_PATH = join(ROOT, 'locales');

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder));
}
