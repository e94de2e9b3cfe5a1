import { expect, test } from 'vitest';
import { loadedAccount } from '../../support/accountz.js';
import { type Body, type MintedAccount, mintAccount, mintCreds } from '../../support/mint.js';
import { type NatsServer, startCluster } from '../../support/nats-server.js';
import { soon } from '../observing.js';
import { completeOn, connectToAll, effectiveOn, startTreeScene } from './scene.js';

const EXPORT: Body = { exports: [{ name: 'orders', subject: 'orders.>', type: 'stream' }] };
const importOf = (account: string): Body => ({
  imports: [{ name: 'orders', subject: 'orders.>', account, type: 'stream' }],
});

/** Servers say complete only at the second token after the exporter has come, and the first may have to wait for a fetch. */
const ENDS_MS = 30_000;

const threeServers = (config: string) => startCluster(3, config, { advertise: false });

test('an importer that is pushed before its exporter gets its import on every server, once the exporter comes', async () => {
  const { tree, service, servers } = await startTreeScene(threeServers, (tree) => void tree.add('importer'));
  const exporter = mintAccount(tree.operator, { name: 'exporter', nats: EXPORT });
  const [, , buyer] = await connectToAll(servers, Buffer.from(mintCreds(tree.get('importer'))));
  const { identity } = tree.get('importer');
  const importer = mintAccount(tree.operator, { name: 'importer', identity, nats: importOf(exporter.key) });
  expect((await service.push(importer.key, importer.jwt)).status).toBe(200);
  await effectiveOn(servers, importer.key, importer.jwt);
  await expectIncomplete(servers, importer);

  expect((await service.push(exporter.key, exporter.jwt)).status).toBe(200);
  await completeOn(servers, importer.key, ENDS_MS);
  await effectiveOn(servers, importer.key, importer.jwt);

  const bought: string[] = [];
  buyer?.subscribe('orders.>', { callback: (_, message) => void bought.push(message.string()) });
  await buyer?.flush();
  const [seller] = await connectToAll(servers.slice(0, 1), Buffer.from(mintCreds(exporter)));
  await soon(() => {
    // Interest takes a moment to reach the seller's server.
    seller?.publish('orders.new', 'three pencils');
    expect(bought).toContain('three pencils');
  });
});

test('so does an importer that servers have loaded only since they were last asked what they have', async () => {
  const { tree, service, servers } = await startTreeScene(threeServers, () => undefined);
  const exporter = mintAccount(tree.operator, { name: 'exporter', nats: EXPORT });
  const importer = mintAccount(tree.operator, { name: 'importer', nats: importOf(exporter.key) });
  await service.push(importer.key, importer.jwt);
  await connectToAll(servers, Buffer.from(mintCreds(importer)));
  await expectIncomplete(servers, importer);
  await service.push(exporter.key, exporter.jwt);
  await completeOn(servers, importer.key, ENDS_MS);
});

test('so does an importer whose exporter is there, but offers the subject only later', async () => {
  const { tree, service, servers } = await startTreeScene(threeServers, () => undefined);
  const exporter = mintAccount(tree.operator, { name: 'exporter' });
  const importer = mintAccount(tree.operator, { name: 'importer', nats: importOf(exporter.key) });
  for (const { key, jwt } of [importer, exporter]) await service.push(key, jwt);
  await connectToAll(servers, Buffer.from(mintCreds(importer)));
  await expectIncomplete(servers, importer);
  const { identity } = exporter;
  const offering = mintAccount(tree.operator, { name: 'exporter', identity, nats: EXPORT });
  expect((await service.push(offering.key, offering.jwt)).status).toBe(200);
  await effectiveOn(servers, offering.key, offering.jwt);
  await completeOn(servers, importer.key, ENDS_MS);
});

async function expectIncomplete(servers: readonly NatsServer[], { key }: MintedAccount): Promise<void> {
  const loaded = await Promise.all(servers.map((server) => loadedAccount(server, key)));
  expect(loaded).toMatchObject(servers.map(() => ({ complete: false })));
}
