import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { connectWith } from '../../support/nats-client.js';
import { startCluster } from '../../support/nats-server.js';
import { testWithNsc } from '../../support/nsc.js';
import { metric, soon } from '../observing.js';
import { connectToAll, effectiveOn, expectRefused, startNscScene } from './scene.js';

testWithNsc(
  'a token from before a revocation, sent to the servers behind our back, is replaced and counted',
  async () => {
    const { fixture, nsc, service, servers, accountKey } = await startNscScene((config) =>
      startCluster(3, config, { advertise: false }),
    );
    const alice = fixture.credsFile('A', 'alice');
    const old = readFileSync(fixture.accountFile('A'), 'utf8');
    const clients = await connectToAll(servers, alice);
    await nsc.ok('revocations', 'add-user', '--account', 'A', '--name', 'alice');
    const revoked = readFileSync(fixture.accountFile('A'), 'utf8');
    await Promise.all(clients.map((client) => client.closed()));
    await effectiveOn(servers, accountKey, revoked);
    const drifted = await metric(service, 'drift_repaired_total');

    const rogue = await connectWith(servers[1]?.url ?? '', fixture.credsFile('SYS', 'sys'));
    const answered: string[] = [];
    const inbox = rogue.subscribe('_INBOX.rogue', { max: servers.length });
    rogue.publish(`$SYS.REQ.ACCOUNT.${accountKey}.CLAIMS.UPDATE`, old, { reply: '_INBOX.rogue' });
    for await (const answer of inbox) answered.push(answer.string());
    expect(answered).toEqual(servers.map(() => expect.stringContaining('jwt updated')));

    await effectiveOn(servers, accountKey, revoked);
    await expectRefused(servers, alice);
    await soon(async () =>
      expect(await metric(service, 'drift_repaired_total')).toBe(drifted + servers.length),
    );
  },
);
