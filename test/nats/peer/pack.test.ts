import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInbox } from '@nats-io/transport-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { get, soon } from '../../e2e/observing.js';
import { build, type TestApp } from '../../support/app.js';
import { makeLargeDirectory } from '../../support/large-directory.js';
import { tempDir } from '../../support/temp.js';
import { CuttableWire } from '../tcp.js';
import { adminOn, ask, PeerWorld, pack } from './peer-world.js';

const COUNT = 2_000;

/** A service with thousands of accounts, and a server that knows nothing of them and takes small messages only. */
async function scene() {
  const world = new PeerWorld();
  const server = await world.server('max_payload: 65536');
  const dir = tempDir('nas-many-');
  const { accounts, dir: operatorDir } = makeLargeDirectory({ dir: join(dir, 'large'), accounts: COUNT });
  const creds = join(dir, 'sys.creds');
  writeFileSync(creds, world.creds());
  const wire = new CuttableWire(server.port);
  await wire.mend();
  const nats = ['--nats', wire.url, '--creds', creds, '--nats-reconnect-wait', '50ms'];
  const service = await build('--nsc', operatorDir, ...nats);
  await soon(() =>
    expect(service.log.messages('info')).toContain('resolver peer: answering servers and nsc'),
  );
  return { keys: accounts.map(({ key }) => key).sort(), service, wire, admin: await adminOn(world, server) };
}

/** So many packs were begun and not brought to their end. */
const abandoned = (service: TestApp, count: number): Promise<void> =>
  soon(async () => {
    const [, metrics] = await get(service, '/metrics');
    expect(metrics).toContain(`peer_requests_total{request="pack",outcome="abandoned"} ${count}\n`);
  });

describe('a pack of thousands of accounts', () => {
  let given: Awaited<ReturnType<typeof scene>>;

  beforeAll(async () => {
    given = await scene();
  });

  test('is complete, whoever else asks at the same time', async () => {
    const packs = await Promise.all(Array.from({ length: 6 }, () => pack(given.admin)));
    for (const lines of packs) expect(lines.map((line) => line.slice(0, 56)).sort()).toEqual(given.keys);
  });

  test('leaves time for other work', async () => {
    const { service, admin, keys } = given;
    let packing = true;
    const packed = pack(admin).finally(() => {
      packing = false;
    });
    let answers = 0;
    for (; packing; answers++) expect(await service.account(keys[0] ?? '')).toBeDefined();
    expect(await packed).toHaveLength(COUNT);
    expect(answers).toBeGreaterThan(1);
  });

  test('is given up when whoever asked is gone', async () => {
    const { service, admin } = given;
    const inbox = createInbox();
    admin.subscribe(inbox, { max: 1 });
    admin.publish('$SYS.REQ.CLAIMS.PACK', '', { reply: inbox });
    await abandoned(service, 1);
    expect(await pack(admin)).toHaveLength(COUNT);
  });

  test('has no end when the connection breaks in the middle, so that it is not taken for complete', async () => {
    const { service, admin, wire } = given;
    const inbox = createInbox();
    let lines = 0;
    let ends = 0;
    admin.subscribe(inbox, {
      callback: (_, { data }) => {
        if (lines === 0) wire.cut();
        if (data.length > 0) lines++;
        else ends++;
      },
    });
    admin.publish('$SYS.REQ.CLAIMS.PACK', '', { reply: inbox });
    await abandoned(service, 2);
    await wire.mend();
    await expect.poll(() => pack(admin)).toHaveLength(COUNT);
    expect(lines).toBeLessThan(COUNT);
    expect(ends).toBe(0);
  });

  test('goes through a server that takes small messages only; a list does not, and says so', async () => {
    const { error } = await ask(given.admin, '$SYS.REQ.CLAIMS.LIST');
    expect(error?.description).toMatch(
      /^list request failed - the list of 2000 accounts .* raise max_payload$/,
    );
  });
});
