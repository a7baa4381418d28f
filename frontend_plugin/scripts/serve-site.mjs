/** Serves the built demonstration site and the API together, until Ctrl-C: `make site`. */
import {spawn} from 'node:child_process';
import {fileURLToPath} from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SITE = fileURLToPath(new URL('../site', import.meta.url));
const API_PORT = process.env.PORT ?? '8000';
const SITE_PORT = process.env.SITE_PORT ?? '3000';
const address = `http://localhost:${SITE_PORT}`;

function start(folder, command, args, env = {}) {
  const child = spawn(command, args, {
    cwd: folder,
    env: {...process.env, ...env},
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  child.on('error', stopAll);
  child.on('exit', stopAll);
  return child;
}

/** When one ends, or the person does, so does the other. */
function stopAll() {
  for (const child of children) {
    child.kill('SIGTERM');
  }
}

const children = [];
children.push(
  start(ROOT, '.venv/bin/chapterwise', ['serve'], {
    PORT: API_PORT,
    CORS_ORIGINS: [address, `http://127.0.0.1:${SITE_PORT}`].join(','),
  }),
  start(SITE, process.execPath, [
    'node_modules/.bin/docusaurus',
    ...['serve', '--no-open', '--port', SITE_PORT],
  ]),
);
process.on('SIGINT', stopAll);
process.on('SIGTERM', stopAll);
console.log(`\nOpen ${address}/chapter-01 and press "Personalize this chapter". Ctrl-C stops it.\n`);
