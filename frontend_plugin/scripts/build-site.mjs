/**
 * Builds the demonstration site with the theme from its packed tarball, as a site owner gets it:
 * `node scripts/build-site.mjs [FOLDER]`, by default `site/build`.
 *
 * `CHAPTERWISE_API_URL` says where the pages find the API; `SITE_BARE=true` leaves the theme out;
 * `SITE_DOCS` (relative to the site) is another book, and `SITE_LOCALES` names its languages.
 */
import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

const PLUGIN = fileURLToPath(new URL('..', import.meta.url));
const SITE = join(PLUGIN, 'site');

function run(folder, command, ...args) {
  execFileSync(command, args, {cwd: folder, stdio: ['ignore', 'inherit', 'inherit']});
}

/** Install what the lock file names, unless that has been done since the file was written. */
function install(folder) {
  const done = join(folder, 'node_modules', '.package-lock.json');
  const lock = join(folder, 'package-lock.json');
  if (!existsSync(done) || statSync(done).mtimeMs < statSync(lock).mtimeMs) {
    run(folder, 'npm', 'ci');
  }
}

/** Pack the theme and put it into the site's packages; the site's lock file stays as it is. */
function installPacked() {
  const folder = mkdtempSync(join(tmpdir(), 'chapterwise-'));
  try {
    run(PLUGIN, 'npm', 'pack', '--silent', '--pack-destination', folder);
    const [tarball] = readdirSync(folder);
    rmSync(join(SITE, 'node_modules', 'docusaurus-theme-chapterwise'), {
      recursive: true,
      force: true,
    });
    run(SITE, 'npm', 'install', '--no-save', '--no-package-lock', join(folder, tarball));
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

const output = resolve(process.argv[2] ?? join(SITE, 'build'));
install(SITE);
if (process.env.SITE_BARE !== 'true') {
  install(PLUGIN);
  run(PLUGIN, 'npm', 'run', '--silent', 'build');
  installPacked();
}
// Docusaurus' cache takes a package of the same version for the same package.
process.env.DOCUSAURUS_NO_PERSISTENT_CACHE = 'true';
run(SITE, 'npx', 'docusaurus', 'build', '--out-dir', output);
