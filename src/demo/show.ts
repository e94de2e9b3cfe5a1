import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { changeDemoAccount, guestRevoked } from './change.js';
import { connectDemoClient, type Print } from './client.js';
import type { Demo } from './demo-directory.js';
import { DemoError } from './demo-error.js';
import { DEMO_NAMES } from './layout.js';

const ARRIVAL_TIMEOUT_MS = 30_000;
const LOOK_AGAIN_MS = 50;

/**
 * Shows a change arriving, on a running account server and nats-server: two clients talk, guest is revoked in the
 * directory and is cut off, then may come back. Each step is printed.
 * @throws DemoError when a client is refused, or the change does not arrive
 */
export async function showUpdateArriving(demo: Demo, print: Print): Promise<void> {
  if (await guestRevoked(demo)) await readmit(demo, print);
  await untilServerIsSeen(demo);
  const app = await connectDemoClient(demo, DEMO_NAMES.user, print);
  try {
    const guest = await connectDemoClient(demo, DEMO_NAMES.guest, print);
    app.greet();
    await change(demo, print);
    await untilCutOff(guest.closed, print);
    await change(demo, print);
  } finally {
    await app.close();
  }
}

/**
 * Waits until the account server sees nats-server, which it looks for once a second: otherwise that pause would be shown,
 * not how soon a change arrives. Where the account server wants a token to tell, the show goes on.
 */
async function untilServerIsSeen({ accountServerUrl }: Demo): Promise<void> {
  const deadline = Date.now() + ARRIVAL_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(`${accountServerUrl}/api/v1/fleet`);
    if (!answer.ok) return;
    const { servers } = (await answer.json()) as { readonly servers: readonly unknown[] };
    if (servers.length > 0) return;
    await delay(LOOK_AGAIN_MS);
  }
}

async function change(demo: Demo, print: Print): Promise<void> {
  print((await changeDemoAccount(demo)).sentence);
}

/** Lets guest in again and waits until the account server serves that: nats-server may fetch it any moment. */
async function readmit(demo: Demo, print: Print): Promise<void> {
  const { file, sentence } = await changeDemoAccount(demo);
  print(sentence);
  const written = await readFile(file, 'utf8');
  const url = `${demo.accountServerUrl}/jwt/v1/accounts/${demo.appAccountKey}`;
  const deadline = Date.now() + ARRIVAL_TIMEOUT_MS;
  while ((await (await fetch(url)).text()) !== written) {
    if (Date.now() > deadline) throw new DemoError(`${url} does not serve what ${file} holds`);
    await delay(LOOK_AGAIN_MS);
  }
}

async function untilCutOff(closed: Promise<string>, print: Print): Promise<void> {
  const startedAt = performance.now();
  const timer = new AbortController();
  const late = delay(ARRIVAL_TIMEOUT_MS, undefined, { signal: timer.signal }).catch(() => undefined);
  const reason = await Promise.race([closed, late]);
  timer.abort();
  if (reason === undefined) {
    throw new DemoError(`nats-server did not act on the revocation within ${ARRIVAL_TIMEOUT_MS / 1000} s`);
  }
  const tookMs = Math.round(performance.now() - startedAt);
  print(`client guest: cut off by nats-server after ${tookMs} ms: ${reason}`);
}
