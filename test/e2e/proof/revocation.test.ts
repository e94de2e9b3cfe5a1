import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { startCluster } from '../../support/nats-server.js';
import { testWithNsc } from '../../support/nsc.js';
import { connectToAll, effectiveOn, expectEffectiveInGrid, expectRefused, startNscScene } from './scene.js';

testWithNsc('a revocation by nsc cuts every client of that user on three servers, and no other', async () => {
  const scene = await startNscScene((config) => startCluster(3, config, { advertise: false }));
  const { fixture, nsc, servers, accountKey } = scene;
  const alice = fixture.credsFile('A', 'alice');
  const cut = await connectToAll(servers, alice);
  const kept = await connectToAll(servers, fixture.credsFile('A', 'amy'));
  await nsc.ok('revocations', 'add-user', '--account', 'A', '--name', 'alice');
  const revoked = readFileSync(fixture.accountFile('A'), 'utf8');
  const reasons = await Promise.all(cut.map((client) => client.closed()));
  for (const reason of reasons) expect(String(reason)).toMatch(/revoked/i);
  await effectiveOn(servers, accountKey, revoked);
  await expectEffectiveInGrid(scene, accountKey);
  await expectRefused(servers, alice);
  expect(kept.map((client) => client.isClosed())).toEqual([false, false, false]);
});
