import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { activation, meetParties } from '../support/account-parties.js';
import { runningOn } from '../support/accountz.js';
import { build } from '../support/app.js';
import { freePorts } from '../support/free-ports.js';
import { type Body, mintAccount, nowSeconds } from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import { startNatsServer } from '../support/nats-server.js';
import { OperatorTree } from '../support/operator-tree.js';
import { metric, NatsWorld, soon } from './nats-world.js';

/** A stream for everybody, and one from another account. */
function circle(from: string): Body {
  return {
    exports: [{ name: 'all', subject: 'all.>', type: 'stream' }],
    imports: [
      { name: 'theirs', subject: 'all.>', account: from, to: `from.${from.slice(0, 6)}`, type: 'stream' },
    ],
  };
}

test('P4: accounts that import from each other in a circle are served and delivered, and servers live on', async () => {
  const world = new NatsWorld(['A', 'B', 'C']);
  const keys = new Map(world.names.map((name) => [name, world.tree.get(name).key]));
  const inCircle = (after: number): void => {
    for (const [name, next] of [
      ['A', 'B'],
      ['B', 'C'],
      ['C', 'A'],
    ] as const) {
      world.tree.add(name, { iat: nowSeconds() - 1_000 + after, nats: circle(keys.get(next) ?? '') });
    }
  };
  inCircle(0);
  const [natsPort = 0] = await freePorts(1);
  const service = await build(...world.args(natsPort));
  const server = await startNatsServer({ config: world.serverConfig(service.url), port: natsPort });
  await soon(async () => expect(await metric(service.url, 'nats_connected')).toBe(1));
  for (const name of world.names) await connectWith(server.url, world.creds(name));
  await world.effectiveOn([server]);
  inCircle(1);
  await world.effectiveOn([server]);
  const { key, jwt } = world.tree.get('A');
  expect(await runningOn([server], key)).toEqual([jwt]);
  expect(service.log.messages('error')).toEqual([]);
});

describe('P4: activation tokens of somebody else', () => {
  const parties = meetParties();
  const importing = (token: string): Body => ({
    imports: [
      { name: 'svc', subject: 'svc.a', account: parties.exporter.key, token, to: 'svc.a', type: 'service' },
    ],
  });

  test.each([
    ['signed by a stranger', (key: string) => activation(parties, key, { signer: createAccount() })],
    ['issued to another account', () => activation(parties, createAccount().getPublicKey())],
    ['for another subject', (key: string) => activation(parties, key, { nats: { subject: 'other.>' } })],
    ['cut off', (key: string) => activation(parties, key).slice(0, -20)],
  ])('%s: the account is refused by push and not served from the directory', async (_, token) => {
    const { operator } = parties;
    const tree = new OperatorTree(operator, ['B']);
    const service = await build('--nsc', tree.dir);
    const account = mintAccount(operator, { name: 'A' });
    const hostile = mintAccount(operator, {
      name: 'A',
      identity: account.identity,
      nats: importing(token(account.key)),
    });
    expect((await service.push(hostile.key, hostile.jwt)).status).toBe(400);
    tree.write('A', hostile.jwt);
    await soon(async () => expect(await metric(service.url, 'accounts', 'state="refused"')).toBe(1));
    expect(await service.account(hostile.key)).toBeUndefined();
    // That it is the token: with a right one it is taken.
    const right = mintAccount(operator, {
      name: 'A',
      identity: account.identity,
      nats: importing(activation(parties, account.key)),
    });
    expect((await service.push(right.key, right.jwt)).status).toBe(200);
  });
});

test('P4: a token that names an exporter which did not sign it opens nothing, and the account shows as incomplete', async () => {
  const world = new NatsWorld(['A', 'E']);
  const exporter = world.tree.add('E', {
    nats: { exports: [{ name: 'svc', subject: 'svc.>', type: 'service', token_req: true }] },
  });
  const { key } = world.tree.get('A');
  // Go believes what the token says of itself, so that no rule on the token alone can tell.
  const parties = { ...meetParties(), exporter };
  const forged = activation(parties, key, {
    signer: createAccount(),
    nats: { issuer_account: exporter.key },
  });
  const issue = (iat: number): void => {
    const entry = { name: 'svc', subject: 'svc.a', account: exporter.key, token: forged, to: 'svc.a' };
    world.tree.add('A', { iat, nats: { imports: [{ ...entry, type: 'service' }] } });
  };
  issue(nowSeconds());
  const [natsPort = 0] = await freePorts(1);
  const service = await build(...world.args(natsPort));
  const server = await startNatsServer({ config: world.serverConfig(service.url), port: natsPort });
  const answering = await connectWith(server.url, world.creds('E'));
  answering.subscribe('svc.a', { callback: (_error, message) => void message.respond('secret') });
  await answering.flush();
  const asking = await connectWith(server.url, world.creds('A'));
  await expect(asking.request('svc.a', '', { timeout: 1_000 })).rejects.toThrow();
  // What servers have loaded since they were looked at is asked for once a minute, or at a change.
  issue(nowSeconds() + 1);
  await soon(async () => expect(await metric(service.url, 'fleet_accounts', 'incomplete')).toBe(1));
});
