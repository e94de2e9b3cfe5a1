import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { connectWith } from '../support/nats-client.js';
import { type NatsServer, operatorConfig, startNatsServer } from '../support/nats-server.js';
import { describeWithNsc } from '../support/nsc.js';
import { PROJECT_ROOT } from '../support/real-program.js';
import { isBefore, parseVersion } from './older-servers.js';
import { ReadmeMachine, type Running } from './readme-machine.js';

const PAGE = readFileSync(join(PROJECT_ROOT, 'docs/system-account.md'), 'utf8');

/** The commands that make the users, by the user's name. */
const MAKING = new Map(
  [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => {
    const command = block.replaceAll(/\\\n\s*/g, '').trim();
    return [/--account SYS (\S+)/.exec(command)?.[1] ?? '', command];
  }),
);

/** A machine that serves an operator directory, and a nats-server with a client of the account APP. */
interface Scene {
  readonly machine: ReadmeMachine;
  readonly nats: NatsServer;
  readonly isOld: boolean;
}

type Check = (scene: Scene, user: string) => Promise<void>;

const SERVE = 'nats-account-server --nsc DIR --nats nats://localhost:4222 --creds';

/** A service that connects as this user. */
async function serviceOf({ machine }: Scene, user: string, more = ''): Promise<Running> {
  const service = machine.start(`${SERVE} ${machine.creds('SYS', user)} ${more}`);
  await service.log.waitFor(/connected to NATS/);
  return service;
}

/** Changes the account, and waits until the service knows that every server runs the change. */
async function changeAndWait({ machine }: Scene, { log }: Running, tag: string): Promise<void> {
  const [, url = ''] = await log.waitFor(/"url":"([^"]+)"/);
  await machine.ok(`nsc edit account APP --tag ${tag}`);
  await vi.waitFor(
    async () =>
      expect(await (await fetch(`${url}/jwt/v1/accounts/${machine.account}`)).text()).toBe(
        machine.file('APP'),
      ),
    { timeout: 20_000, interval: 50 },
  );
  await machine.ok(`nats-account-server fleet APP --wait 30s --url ${url}`);
}

const complaints = ({ log }: Running): readonly string[] =>
  log.text
    .split('\n')
    .filter((line) => /"level":"(warn|error)"/.test(line) && /may not|must be allowed/.test(line));

/** A `sys` command as this user; on servers that are too old for it, it says so. */
const asks =
  (command: string, expected: RegExp, since?: 'since 2.10'): Check =>
  async ({ machine, isOld }, user) => {
    const ended = await machine.type(
      `nats-account-server sys ${command} --nats nats://localhost:4222 --creds ${machine.creds('SYS', user)}`,
    );
    expect(ended.stderr).not.toMatch(/may not/);
    if (isOld && since !== undefined) {
      expect(ended.stderr).toMatch(/too old/);
      expect(ended.code).toBe(1);
    } else {
      expect(ended.stdout + ended.stderr).toMatch(expected);
      expect(ended.code).toBe(0);
    }
  };

const all =
  (...checks: Check[]): Check =>
  async (scene, user) => {
    await Promise.all(checks.map((check) => check(scene, user)));
  };

const CHECKS: Readonly<Record<string, Check>> = {
  'as-service': async (scene, user) => {
    const service = await serviceOf(scene, user);
    await changeAndWait(scene, service, user);
    expect(complaints(service)).toEqual([]);
  },
  'as-peer': async (scene, user) => {
    const { machine } = scene;
    const service = await serviceOf(scene, user, '--resolver-peer');
    await changeAndWait(scene, service, user);
    await service.log.waitFor(/resolver peer: answering/);
    const other = machine.copy();
    other.natsAddress = machine.natsAddress;
    await other.ok('nsc edit operator --account-jwt-server-url nats://localhost:4222');
    await other.ok('nsc pull -A');
    await other.ok('nsc edit account APP --tag pushed');
    await other.ok('nsc push --account APP');
    expect(machine.file('APP')).toBe(other.file('APP'));
    await other.ok('nsc push --diff');
    await other.ok('nsc add account GONE');
    await other.ok('nsc push --account GONE');
    await other.ok('nsc delete account GONE');
    const pruned = await other.ok('nsc push --prune');
    expect(pruned.stdout + pruned.stderr).toMatch(/deleted 1 accounts/);
    expect(complaints(service)).toEqual([]);
  },
  'as-look': all(asks('ping', /server-0/), asks('info', /server-0/), asks('stats server-0', /server-0/)),
  'as-profile': asks(
    'profile server-0 --name goroutine --output profile.pb.gz',
    /profile\.pb\.gz/,
    'since 2.10',
  ),
  'as-reload': asks('reload server-0', /server-0/, 'since 2.10'),
  'as-whoami': asks('user-info', /as-whoami|SYS/, 'since 2.10'),
  'as-events': async ({ machine, nats }, user) => {
    const creds = machine.creds('SYS', user);
    const events = machine.start(
      `nats-account-server sys events --nats nats://localhost:4222 --creds ${creds}`,
    );
    await events.log.waitFor(/follow/i);
    const guest = await connectWith(nats.url, machine.creds('APP', 'alice'));
    await guest.close();
    await events.log.waitFor(/connect .*APP/);
    await events.log.waitFor(/disconnect .*APP/);
    expect(events.log.text).not.toMatch(/may not/);
    expect(events.log.text).not.toMatch(/eyJ/);
  },
};

test('every user of the page is tried, and none else', () => {
  expect([...MAKING.keys()].sort()).toEqual(Object.keys(CHECKS).sort());
});

describeWithNsc(
  'a user of the system account that nsc makes as the page says can do what it is for',
  (nsc) => {
    let scene: Scene;

    beforeAll(async () => {
      const machine = new ReadmeMachine(nsc);
      await machine.setUp();
      const resolver = machine.start('nats-account-server --nsc DIR --read-only');
      const [, url = ''] = await resolver.log.waitFor(/"url":"([^"]+)"/);
      const nats = await startNatsServer({
        name: 'server-0',
        config: operatorConfig({
          operatorJwt: readFileSync(join(machine.storeDir, 'acme.jwt'), 'utf8'),
          systemAccount: await machine.keyOf('SYS'),
          resolverUrl: `${url}/jwt/v1/accounts/`,
        }),
      });
      machine.natsAddress = `127.0.0.1:${nats.port}`;
      const alice = await connectWith(nats.url, machine.creds('APP', 'alice'));
      scene = { machine, nats, isOld: isBefore(parseVersion(alice.info?.version ?? ''), [2, 10, 0]) };
    });

    test.each([...MAKING])('%s', async (user, command) => {
      await scene.machine.ok(command);
      await CHECKS[user]?.(scene, user);
    });
  },
);
