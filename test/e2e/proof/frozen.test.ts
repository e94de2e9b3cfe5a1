import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mintCreds } from '../../support/mint.js';
import { startCluster } from '../../support/nats-server.js';
import { testWithNsc } from '../../support/nsc.js';
import { isRouted } from '../../support/severable-servers.js';
import { stubbornClient } from '../../support/stubborn-client.js';
import { lines, soon } from '../observing.js';
import {
  connectToAll,
  effectiveOn,
  expectEffectiveInGrid,
  expectRefused,
  RETURN_MS,
  startNscScene,
  startTreeScene,
} from './scene.js';

/** Servers drop whoever is silent for a second: what was sent to a frozen one is lost then, not kept for it. */
const IMPATIENT = 'ping_interval: "500ms", ping_max: 1';

/** Two heartbeats missed, and attempts to come back to the same server, which has two addresses. */
const MOVES_MS = 45_000;

testWithNsc(
  'a server that was frozen while a user was revoked throws the user out when it wakes',
  async () => {
    const scene = await startNscScene((config) =>
      startCluster(3, `${config}\n${IMPATIENT}`, { advertise: false }),
    );
    const { fixture, nsc, servers, accountKey } = scene;
    const near = servers.slice(0, 2);
    const [frozen] = servers.slice(2);
    if (frozen === undefined) throw new Error('no third server');
    const creds = fixture.credsFile('A', 'alice');
    const cut = await connectToAll(near, creds);
    const alice = stubbornClient(frozen.url, creds);
    await soon(() => expect(alice.isIn()).toBe(true));
    const before = readFileSync(fixture.accountFile('A'), 'utf8');

    for (const server of near) expect(await isRouted(server, frozen)).toBe(true);
    frozen.kill('SIGSTOP');
    for (const server of near) await soon(async () => expect(await isRouted(server, frozen)).toBe(false));
    await nsc.ok('revocations', 'add-user', '--account', 'A', '--name', 'alice');
    const revoked = readFileSync(fixture.accountFile('A'), 'utf8');
    expect(revoked).not.toBe(before);
    await Promise.all(cut.map((client) => client.closed()));
    await effectiveOn(near, accountKey, revoked);

    frozen.kill('SIGCONT');
    await effectiveOn(servers, accountKey, revoked, RETURN_MS);
    await soon(() =>
      expect([alice.isIn(), alice.lastReason]).toEqual([
        false,
        expect.stringMatching(/authorization|revoked/i),
      ]),
    );
    await expectEffectiveInGrid(scene, accountKey);
    const admissions = alice.admissions;
    await expectRefused(servers, creds);
    expect(alice.admissions).toBe(admissions);
  },
);

test('when the server that the service talks to freezes, it goes to another, and no other server is kept waiting', async () => {
  const { service, tree, servers } = await startTreeScene(
    (config) => startCluster(3, config),
    (tree) => void tree.add('APP'),
    { args: ['--nats-connect-timeout', '500ms'] },
  );
  const [frozen, ...others] = servers;
  const creds = Buffer.from(mintCreds(tree.get('APP')));
  await connectToAll(servers, creds);
  frozen?.kill('SIGSTOP');
  const { key, jwt } = tree.add('APP', { nats: { description: 'changed' } });
  await effectiveOn(others, key, jwt, MOVES_MS);
  frozen?.kill('SIGCONT');
  await effectiveOn(servers, key, jwt, RETURN_MS);
  const addresses = lines(service, /^connected to NATS$/).map(({ facts }) => facts.address);
  expect(new Set(addresses).size).toBe(2);
}, 180_000);
