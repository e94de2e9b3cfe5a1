import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { activation, meetParties } from '../support/account-parties.js';
import { runningOn } from '../support/accountz.js';
import { build } from '../support/app.js';
import { type Body, mintAccount, nowSeconds } from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import { startNatsServer } from '../support/nats-server.js';
import { OperatorTree } from '../support/operator-tree.js';
import { freePorts, metric, NatsWorld, soon } from './nats-world.js';

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
