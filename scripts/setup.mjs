/**
 * Installs and builds what is missing, and nothing else: `npm start` and `npm test` begin here. Needs only Node and npm.
 * As a program of its own: `node scripts/setup.mjs`; with `--check` it changes nothing and ends with 1 if dist is missing
 * or out of date.
 */
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runScript, runToEnd, SetupError, say } from './processes.mjs';

/** The directory of package.json. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** What a build leaves behind when it went well; dist holds something even when it did not. */
const BUILD_STAMP = join(ROOT, 'node_modules/.built');

/** What a build depends on. */
const BUILD_INPUTS = ['src', 'package.json', 'scripts/build.mjs', 'tsconfig.json', 'tsconfig.build.json'];

/** Installs the packages of the lockfile and builds dist, each only when it is missing or out of date. */
export async function setUp() {
  checkNode();
  if (needsInstall()) await install();
  if (needsBuild()) await build();
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(`Node.js 20.19 or later is needed; this is ${process.versions.node}`);
}

function needsInstall() {
  const installed = modifiedAt(join(ROOT, 'node_modules/.package-lock.json'));
  return installed === undefined || installed < (modifiedAt(join(ROOT, 'package-lock.json')) ?? 0);
}

async function install() {
  say('installing packages (npm ci) …');
  await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
}

function needsBuild() {
  const built = modifiedAt(BUILD_STAMP);
  if (built === undefined || modifiedAt(join(ROOT, 'dist/main.js')) === undefined) return true;
  return BUILD_INPUTS.some((input) => newest(join(ROOT, input)) > built);
}

async function build() {
  say('building …');
  const startedAt = new Date();
  await npm(['run', '--silent', 'build']);
  // Dated at the start: what is edited during the build is built next time.
  writeFileSync(BUILD_STAMP, startedAt.toISOString());
  utimesSync(BUILD_STAMP, startedAt, startedAt);
}

/** npm's output goes to standard error: standard output belongs to the program that is started afterwards. */
async function npm(args) {
  const cli = process.env.npm_execpath;
  const [command, ...before] = cli?.endsWith('.js') ? [process.execPath, cli] : ['npm'];
  const code = await runToEnd(command, [...before, ...args], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (code === 127) throw new SetupError('npm was not found on PATH; it comes with Node.js');
  if (code !== 0) throw new SetupError(`npm ${args.join(' ')} failed (exit code ${code}), see above`);
}

function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** The newest modification in a file or tree; directories count too, since they change when a file goes. */
function newest(path) {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(async () => {
    if (process.argv[2] === '--check') return needsBuild() ? 1 : 0;
    await setUp();
  });
}
