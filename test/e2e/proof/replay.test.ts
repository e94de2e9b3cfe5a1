import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run } from '../../cli/command-line.js';
import { runningOn } from '../../support/accountz.js';
import { mintCreds, nowSeconds } from '../../support/mint.js';
import { connectWith } from '../../support/nats-client.js';
import { type NatsServer, startCluster } from '../../support/nats-server.js';
import { testWithNsc } from '../../support/nsc.js';
import { metric, soon } from '../observing.js';
import { connectToAll, effectiveOn, expectRefused, startNscScene, startTreeScene } from './scene.js';

const threeServers = (config: string) => startCluster(3, config, { advertise: false });

testWithNsc(
  'a token from before a revocation, sent to the servers behind our back, is replaced and counted',
  async () => {
    const { fixture, nsc, service, servers, accountKey } = await startNscScene(threeServers);
    const alice = fixture.credsFile('A', 'alice');
    const old = readFileSync(fixture.accountFile('A'), 'utf8');
    const clients = await connectToAll(servers, alice);
    await nsc.ok('revocations', 'add-user', '--account', 'A', '--name', 'alice');
    const revoked = readFileSync(fixture.accountFile('A'), 'utf8');
    await Promise.all(clients.map((client) => client.closed()));
    await effectiveOn(servers, accountKey, revoked);
    const drifted = await metric(service, 'drift_repaired_total');

    await replay(servers, fixture.credsFile('SYS', 'sys'), accountKey, old);

    await effectiveOn(servers, accountKey, revoked);
    await expectRefused(servers, alice);
    await soon(async () =>
      expect(await metric(service, 'drift_repaired_total')).toBe(drifted + servers.length),
    );
  },
);

test('one that was sent while the service was cut off is found before anybody is told that all is well', async () => {
  const { tree, service, servers, way, systemCreds } = await startTreeScene(threeServers, (tree) => {
    tree.add('APP', { iat: nowSeconds() - 100 });
  });
  const old = tree.get('APP');
  await connectToAll(servers, Buffer.from(mintCreds(old)));
  const { key, jwt } = tree.add('APP');
  await effectiveOn(servers, key, jwt);
  await way.cut();
  await soon(async () => expect(await metric(service, 'nats_connected')).toBe(0));
  await replay(servers, systemCreds, key, old.jwt);
  const waiting = run(['fleet', '--wait', '60s', '--url', service.url]);
  await way.mend();
  expect(await waiting).toMatchObject({ code: 0 });
  expect(await runningOn(servers, key)).toEqual(servers.map(() => jwt));
  // Not more: the first that is seen to differ makes all of them get the newest.
  expect(await metric(service, 'drift_repaired_total')).toBeGreaterThan(0);
});

/** Somebody of the system account sends a token to all servers; resolves when each has taken it. */
async function replay(
  servers: readonly NatsServer[],
  systemCreds: string | Uint8Array,
  accountKey: string,
  jwt: string,
): Promise<void> {
  const rogue = await connectWith(servers[1]?.url ?? '', systemCreds);
  const answered: string[] = [];
  const inbox = rogue.subscribe('_INBOX.rogue', { max: servers.length });
  rogue.publish(`$SYS.REQ.ACCOUNT.${accountKey}.CLAIMS.UPDATE`, jwt, { reply: '_INBOX.rogue' });
  for await (const answer of inbox) answered.push(answer.string());
  expect(answered).toEqual(servers.map(() => expect.stringContaining('jwt updated')));
}
