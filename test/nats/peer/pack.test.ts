import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInbox } from '@nats-io/transport-node';
import { beforeAll, describe, expect, test } from 'vitest';
import { get, soon } from '../../e2e/observing.js';
import { build } from '../../support/app.js';
import { makeLargeDirectory } from '../../support/large-directory.js';
import { tempDir } from '../../support/temp.js';
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
  const service = await build('--nsc', operatorDir, '--nats', server.url, '--creds', creds);
  await soon(() =>
    expect(service.log.messages('info')).toContain('resolver peer: answering servers and nsc'),
  );
  return { keys: accounts.map(({ key }) => key).sort(), service, admin: await adminOn(world, server) };
}

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
    await soon(async () =>
      expect(await get(service, '/metrics')).toMatchObject([
        200,
        expect.stringContaining('peer_requests_total{request="pack",outcome="abandoned"} 1\n'),
      ]),
    );
    expect(await pack(admin)).toHaveLength(COUNT);
  });

  test('goes through a server that takes small messages only; a list does not, and says so', async () => {
    const { error } = await ask(given.admin, '$SYS.REQ.CLAIMS.LIST');
    expect(error?.description).toMatch(
      /^list request failed - the list of 2000 accounts .* raise max_payload$/,
    );
  });
});
