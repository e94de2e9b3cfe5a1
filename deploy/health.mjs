/**
 * Asks the account server of this machine what nats-server asks when it starts (`GET /jwt/v1/accounts/`), and ends
 * with 0 when the answer is 200; else with 1 and a line that says why. For the image, which has no curl, and for the
 * systemd unit.
 *
 *   node health.mjs [--wait SECONDS]     with --wait: asks again until all is well or the time is over
 *
 * The port is that of NATS_ACCOUNT_SERVER_LISTEN, else 9090. The service may speak http or https (with whatever
 * certificate: the question stays on this machine), so both are tried.
 */
import { get as getHttp } from 'node:http';
import { get as getHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const TIMEOUT_MS = 1500;
const PAUSE_MS = 200;

const { values } = parseArgs({ options: { wait: { type: 'string', default: '0' } } });
const giveUpAt = Date.now() + Number(values.wait) * 1000;
const port = /\d+$/.exec(process.env.NATS_ACCOUNT_SERVER_LISTEN ?? '')?.[0] ?? '9090';
const address = `127.0.0.1:${port}/jwt/v1/accounts/`;

/** The status of the answer; rejects when there is none. */
function ask(get, url) {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, rejectUnauthorized: false, timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer from ${url} within ${TIMEOUT_MS} ms`)));
    request.on('error', reject);
  });
}

/** What is wrong, or undefined when all is well. */
async function problem() {
  try {
    const status = await ask(getHttp, `http://${address}`).catch(() => ask(getHttps, `https://${address}`));
    return status === 200 ? undefined : `${address} answers ${status}`;
  } catch (error) {
    return error.message;
  }
}

let found = await problem();
while (found !== undefined && Date.now() < giveUpAt) {
  await sleep(PAUSE_MS);
  found = await problem();
}
console.log(found ?? 'ready');
process.exitCode = found === undefined ? 0 : 1;
