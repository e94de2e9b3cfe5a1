/**
 * The least that can be done to keep tokens durably with Node's own HTTP server: whatever is posted is written to a
 * temporary file, that is synced and given its name, the directory is synced, and then there is an answer. Nothing is
 * verified, remembered or served. As near to the limit as a service that syncs can come.
 *
 *   node bare-durable.mjs DIR PORT
 *
 * Of what waits at a moment each file is synced side by side with the others, and the directory once for all. One that is
 * alone takes synchronous calls, which are faster than trips to the thread pool.
 */
import { closeSync, fsync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PREFIX = '/jwt/v1/accounts/';
const [dir = '.', port = '0'] = process.argv.slice(2);
const syncOnPool = promisify(fsync);
const folder = openSync(dir, 'r');
let serial = 0;
let waiting = [];
let isBusy = false;

createServer((request, reply) => {
  const answer = () => reply.writeHead(200, { 'Content-Length': 0 }).end();
  if (request.method !== 'POST') {
    answer();
    return;
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () =>
    keep({ key: request.url.slice(PREFIX.length), token: Buffer.concat(chunks), answer }),
  );
}).listen(Number(port), '127.0.0.1');

function keep(pushed) {
  waiting.push(pushed);
  if (isBusy) return;
  isBusy = true;
  setImmediate(keepAll);
}

async function keepAll() {
  while (waiting.length > 0) {
    const files = waiting.map(write);
    waiting = [];
    await sync(files.map(({ fd }) => fd));
    files.forEach(giveName);
    await sync([folder], files.length > 1);
    for (const { answer } of files) answer();
  }
  isBusy = false;
}

function write({ key, token, answer }) {
  const temporary = join(dir, `.bench-${process.pid}-${serial++}.tmp`);
  const fd = openSync(temporary, 'wx', 0o600);
  writeSync(fd, token);
  return { fd, temporary, file: join(dir, `${key}.jwt`), answer };
}

function giveName({ fd, temporary, file }) {
  closeSync(fd);
  renameSync(temporary, file);
}

async function sync(fds, areMore = fds.length > 1) {
  if (areMore) await Promise.all(fds.map((fd) => syncOnPool(fd)));
  else fds.forEach(fsyncSync);
}
