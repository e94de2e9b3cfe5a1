import { expect, test } from 'vitest';
import { runningOn } from '../../support/accountz.js';
import { mintCreds } from '../../support/mint.js';
import { startCluster } from '../../support/nats-server.js';
import { type SlowPath, slowPath } from '../../support/slow-path.js';
import { lines, metric, soon } from '../observing.js';
import { connectToAll, effectiveOn, RETURN_MS, startTreeScene } from './scene.js';

test('N7: servers that were fetching the account while it changed say "skipped", install the older token, and are put right', async () => {
  let path: SlowPath | undefined;
  const { tree, service, servers } = await startTreeScene(
    (config) => startCluster(3, config, { advertise: false }),
    (directory) => void directory.add('app'),
    {
      resolver: async (serviceUrl) => {
        path = await slowPath(serviceUrl);
        return path.url;
      },
    },
  );
  const old = tree.get('app');
  const held = path?.hold(old.key);
  const clients = connectToAll(servers, Buffer.from(mintCreds(old)));
  await soon(() => expect(held?.count).toBe(servers.length));

  const changed = tree.add('app', { nats: { description: 'changed' } });
  await soon(() => {
    const answers = { 'server-0': 'not_loaded', 'server-1': 'not_loaded', 'server-2': 'not_loaded' };
    expect(lines(service, /^account update sent$/).map(({ facts }) => facts)).toMatchObject([
      { account: changed.key, servers: answers },
    ]);
  });
  held?.release();
  await clients;
  expect(await runningOn(servers, old.key)).toEqual(servers.map(() => old.jwt));

  await effectiveOn(servers, changed.key, changed.jwt, RETURN_MS);
  await soon(async () => expect(await metric(service, 'drift_repaired_total')).toBe(servers.length));
});
