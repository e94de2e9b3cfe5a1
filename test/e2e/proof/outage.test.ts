import { expect, test } from 'vitest';
import { runningOn } from '../../support/accountz.js';
import { mintCreds, nowSeconds } from '../../support/mint.js';
import { connectWith } from '../../support/nats-client.js';
import { type NatsServer, startCluster } from '../../support/nats-server.js';
import { soon } from '../observing.js';
import { RETURN_MS, startTreeScene } from './scene.js';

const NAMES = Array.from({ length: 100 }, (_, index) => `exporter-${index}`);
const CHANGES = 10;

/** What an exporter says of itself in a version; all offer a subject to everybody. */
const exporter = (name: string, version: number) => ({
  iat: nowSeconds() - CHANGES + version,
  nats: { description: `version ${version}`, exports: [{ name, subject: `${name}.>`, type: 'stream' }] },
});

test('a hundred accounts change ten times each while NATS is away: each is sent once, in its newest version', async () => {
  const scene = await startTreeScene(
    (config) => startCluster(3, config, { advertise: false }),
    (tree) => {
      const exporters = NAMES.map((name) => ({ name, account: tree.add(name, exporter(name, 0)) }));
      // Who connects as a user of this one makes the server load all the others.
      const imports = exporters.map(({ name, account }) => ({
        name,
        subject: `${name}.>`,
        account: account.key,
        type: 'stream',
      }));
      tree.add('importer', { nats: { imports } });
    },
  );
  const { tree, servers, service, way, systemCreds } = scene;
  const keys = NAMES.map((name) => tree.get(name).key);
  const creds = Buffer.from(mintCreds(tree.get('importer')));
  for (const { url } of servers) await connectWith(url, creds);
  const running = () => Promise.all(keys.map((key) => runningOn(servers, key)));
  const newest = () => NAMES.map((name) => servers.map(() => tree.get(name).jwt));
  expect(await running()).toEqual(newest());

  const notices = await followNotices(servers[2], systemCreds);
  await way.cut();
  for (let version = 1; version <= CHANGES; version++) {
    for (const name of NAMES) tree.add(name, exporter(name, version));
    const last = tree.get(NAMES.at(-1) ?? '');
    await soon(async () => expect(await service.account(last.key)).toBe(last.jwt));
  }
  expect(notices).toEqual([]);
  await way.mend();
  const mendedAt = performance.now();
  await soon(() => expect(notices.length).toBeGreaterThanOrEqual(NAMES.length), RETURN_MS);
  await soon(async () => expect(await running()).toEqual(newest()));
  expect(performance.now() - mendedAt).toBeLessThan(RETURN_MS);
  const sent = NAMES.map((name) => `${tree.get(name).key} ${tree.get(name).jwt}`);
  expect(notices.toSorted()).toEqual(sent.toSorted());
}, 180_000);

/** Every notice that is sent from now on: account key and token. */
async function followNotices(server: NatsServer | undefined, creds: Uint8Array): Promise<string[]> {
  const notices: string[] = [];
  const system = await connectWith(server?.url ?? '', creds);
  system.subscribe('$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE', {
    callback: (_, message) => void notices.push(`${message.subject.split('.')[3]} ${message.string()}`),
  });
  await system.flush();
  return notices;
}
