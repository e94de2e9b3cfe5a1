import { Agent, get } from 'node:http';
import { expect, test } from 'vitest';
import { spawnApp } from '../support/app.js';
import { nscFixture } from '../support/nsc-fixture.js';
import { soon } from './observing.js';

const KEY = 'ACFMUSBHAVIQNLZUHUETGFAI5273LLDLBU2AW2ZMZRK3W7P3S2L3HFEU';

type Fate = 'answered' | 'not accepted' | `broken: ${string}`;

/** One GET; a connection that nobody accepts any more is no broken request. */
function fetchOnce(url: string, agent: Agent): Promise<Fate> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
      });
      response.on('error', (error) => resolve(`broken: ${error.message}`));
      response.on('end', () =>
        resolve(response.statusCode === 200 && length > 500 ? 'answered' : 'broken: short'),
      );
    });
    request.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? 'not accepted' : `broken: ${error.message}`),
    );
  });
}

/** A client that asks again and again on its kept connection until nobody accepts it any more. */
async function client(url: string, fates: Fate[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let fate: Fate = 'answered'; fate !== 'not accepted'; fates.push(fate))
    fate = await fetchOnce(url, agent);
  agent.destroy();
}

test('H8: SIGTERM under load breaks no request and ends with 0', async () => {
  const fixture = nscFixture('basic', 'acme');
  const service = await spawnApp(['--nsc', fixture.operatorDir]);
  const fates: Fate[] = [];
  const clients = Array.from({ length: 32 }, () => client(`${service.url}/jwt/v1/accounts/${KEY}`, fates));
  await soon(() => expect(fates.length).toBeGreaterThan(100));
  service.kill('SIGTERM');
  await Promise.all(clients);
  expect(await service.exit).toEqual({ code: 0, signal: null });
  expect(fates.filter((fate) => fate.startsWith('broken'))).toEqual([]);
});

test('H8: SIGHUP under load breaks no request and takes over what changed', async () => {
  const fixture = nscFixture('basic', 'acme');
  const service = await spawnApp(['--nsc', fixture.operatorDir]);
  const fates: Fate[] = [];
  const clients = Array.from({ length: 16 }, () => client(`${service.url}/jwt/v1/accounts/${KEY}`, fates));
  for (let round = 0; round < 3; round++) {
    service.kill('SIGHUP');
    await service.waitForLog(new RegExp(`("msg":"reloaded"[^]*){${round + 1}}`));
  }
  expect(await service.account(KEY)).toBeDefined();
  service.kill('SIGTERM');
  await Promise.all(clients);
  expect((await service.exit).code).toBe(0);
  expect(fates.filter((fate) => fate.startsWith('broken'))).toEqual([]);
});
