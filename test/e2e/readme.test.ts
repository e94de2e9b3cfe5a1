import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { parseArgs } from '../../src/cli/args.js';
import { CONFIG_FLAGS, GENERAL_FLAGS } from '../../src/cli/flags.js';
import { freePort } from '../support/free-ports.js';
import { connectWith } from '../support/nats-client.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { describeWithNsc } from '../support/nsc.js';
import { PROJECT_ROOT } from '../support/real-program.js';
import {
  CODE_SPANS,
  COMMANDS,
  documentedPermissions,
  LINKED_FILES,
  LINKED_SECTIONS,
  NATS_SERVER_CONFIG,
  SECTIONS,
} from './readme.js';
import { ReadmeMachine, type Running } from './readme-machine.js';

/** What is there when a command is tried: a machine, the service that the first `npx` command started, a nats-server. */
interface Scene {
  readonly machine: ReadmeMachine;
  readonly service: Running;
  readonly nats: NatsServer;
}

type Runner = (command: string, scene: Scene) => Promise<void>;

const SERVE = 'npx nats-account-server --nsc ~/.local/share/nats/nsc/stores/acme';
const DELIVER = `${SERVE} --nats nats://localhost:4222 --creds ~/.local/share/nats/nsc/keys/creds/acme/SYS/sys.creds`;

/** Commands of package.json: run in clean clones by .ci/run, and by the tests named here on small projects. */
function elsewhere(script: string, test: string, words: string): Runner {
  return async () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    expect(scripts[script]).toContain(`node scripts/${script}.mjs`);
    expect(existsSync(join(PROJECT_ROOT, `scripts/${script}.mjs`))).toBe(true);
    expect(text('.ci/run')).toContain(`npm ${script}`);
    expect(text(test)).toContain(words);
  };
}

const text = (file: string): string => readFileSync(join(PROJECT_ROOT, file), 'utf8');

/** The command prints what `expected` says, and ends well. */
function prints(expected: (machine: ReadmeMachine) => string | RegExp): Runner {
  return async (command, { machine }) => {
    const { stdout } = await machine.ok(command.replace('curl ', 'curl -sSf '));
    const wanted = expected(machine);
    if (typeof wanted === 'string') expect(stdout).toBe(wanted);
    else expect(stdout).toMatch(wanted);
  };
}

const stands =
  (what: string): Runner =>
  async () =>
    expect(RUNNERS[what]).toBeDefined();

/** Where a service is that tells the nats-server of changes: started for the command alone. */
async function deliveringUrl(machine: ReadmeMachine): Promise<string> {
  const { log } = machine.start(DELIVER);
  const [, url = ''] = await log.waitFor(/"url":"([^"]+)"/);
  await log.waitFor(/resolver peer: answering/);
  return url;
}

/** A command that asks a service what the nats-servers run. */
function fleetPrints(expected: RegExp): Runner {
  return async (command, { machine, nats }) => {
    await connectWith(nats.url, machine.creds('APP', 'alice'));
    const url = await deliveringUrl(machine);
    await machine.ok(`nats-account-server fleet --wait 30s --url ${url}`);
    const { stdout, stderr } = await machine.ok(`${command} --url ${url}`);
    expect(stdout + stderr).toMatch(expected);
  };
}

const TO_NATS = '--nats nats://localhost:4222';

/** A command that asks the nats-server itself. */
function onNats(expected: RegExp): Runner {
  return async (command, { machine }) => {
    const { stdout } = await machine.ok(`${command} ${TO_NATS}`);
    expect(stdout).toMatch(expected);
  };
}

const RUNNERS: Readonly<Record<string, Runner>> = {
  'npm start': elsewhere('start', 'test/scripts/start.test.ts', 'the first start installs and builds'),
  'npm test': elsewhere('test', 'test/scripts/nats-server.test.ts', 'without any way to get one'),
  'npm start -- --with-nats-server': elsewhere('start', 'test/demo/started.test.ts', '--with-nats-server'),
  'npm start -- --nsc DIR': elsewhere('start', 'test/scripts/start.test.ts', "'--nsc', 'a dir'"),
  [SERVE]: async (_, { service }) => void (await service.log.waitFor(/2 accounts loaded/)),
  [DELIVER]: async (command, { machine, nats }) => {
    const service = machine.start(command);
    await service.log.waitFor(/connected to NATS/);
    await connectWith(nats.url, machine.creds('APP', 'alice'));
    await machine.ok('nsc edit account APP --conns 100');
    await expectToRun(nats, machine);
  },
  'nsc edit operator --account-jwt-server-url http://localhost:9090/jwt/v1': async (command, { machine }) => {
    await machine.ok(command);
    const { stdout } = await machine.ok('nsc describe operator --json --field nats.account_server_url');
    expect(stdout).toContain(`${machine.address}/jwt/v1`);
    await expectToServeOperator(machine);
  },
  'nsc push -A': async (command, { machine }) => {
    const other = machine.copy();
    await other.ok('nsc edit account APP --conns 3');
    const { stderr, stdout } = await other.ok(command);
    expect(stderr + stdout).toContain('pushed "APP" to account server');
    expect(machine.file('APP')).toBe(other.file('APP'));
  },
  'nsc pull -A': async (command, { machine }) => {
    const other = machine.copy();
    await machine.ok('nsc edit account APP --conns 4');
    const pulled = async (): Promise<string> => other.ok(command).then(() => other.file('APP'));
    await vi.waitFor(async () => expect(await pulled()).toBe(machine.file('APP')), {
      timeout: 20_000,
      interval: 50,
    });
  },
  'nsc edit operator --account-jwt-server-url nats://localhost:4222': async (command, { machine, nats }) => {
    await deliveringUrl(machine);
    const other = machine.copy();
    other.natsAddress = `127.0.0.1:${nats.port}`;
    await other.ok(command);
    await other.ok('nsc pull -A');
    await other.ok('nsc edit account APP --conns 8');
    await other.ok('nsc push --account APP');
    expect(machine.file('APP')).toBe(other.file('APP'));
    for (const way of ['--diff', '--prune']) await other.ok(`nsc push ${way}`);
  },
  'nsc push --diff': stands('nsc edit operator --account-jwt-server-url nats://localhost:4222'),
  'nsc push --prune': stands('nsc edit operator --account-jwt-server-url nats://localhost:4222'),
  'nats-account-server fleet': fleetPrints(/on 1 server: all effective/),
  'nats-account-server fleet APP': fleetPrints(/^APP +A[A-Z2-7]{55}\neffective/),
  'nats-account-server fleet --wait 10s': fleetPrints(/all effective/),
  'nats-account-server sys ping --user acme/SYS/sys': onNats(/2\.\d+\.\d+/),
  'nats-account-server sys events --user acme/SYS/sys': async (command, { machine, nats }) => {
    const events = machine.start(`${command} ${TO_NATS}`);
    await events.log.waitFor(/following/);
    await connectWith(nats.url, machine.creds('APP', 'alice'));
    await events.log.waitFor(/connect .*APP/);
  },
  'nsc push': stands('nsc push -A'),
  'nsc pull': stands('nsc pull -A'),
  'curl localhost:9090/jwt/v1/accounts/$ACCOUNT': prints((machine) => machine.file('APP')),
  'curl "localhost:9090/jwt/v1/accounts/$ACCOUNT?decode=true"': prints(
    ({ account }) => new RegExp(`"sub": "${account}"`),
  ),
  'curl --data-binary @account.jwt localhost:9090/jwt/v1/accounts/$ACCOUNT': async (command, { machine }) => {
    const other = machine.copy();
    await other.ok('nsc edit account APP --conns 7');
    writeFileSync(join(machine.home, 'account.jwt'), other.file('APP'));
    await prints(() => '')(command, { machine } as Scene);
    expect(machine.file('APP')).toBe(other.file('APP'));
    await machine.ok('nsc describe account APP');
  },
  "nsc push -a APP -u 'http://localhost:9090/jwt/v1?wait=5s'": async (command, { machine }) => {
    const other = machine.copy();
    other.address = machine.address;
    await other.ok('nsc edit account APP --conns 8');
    const { stdout } = await other.ok(command);
    expect(stdout).toMatch(/\[WARN\] push APP to account server.*> stored and served/s);
    expect(machine.file('APP')).toBe(other.file('APP'));
  },
  'curl --data-binary @account.jwt "localhost:9090/jwt/v1/accounts/$ACCOUNT?wait=5s"': async (
    command,
    { machine },
  ) => {
    writeFileSync(join(machine.home, 'account.jwt'), machine.file('APP'));
    await prints(() => /^stored and served; NATS is not configured/)(command, { machine } as Scene);
  },
  'curl "localhost:9090/api/v1/fleet?wait=10s"': prints(() => /^\{"configured":false,/),
  'curl localhost:9090/api/v1/fleet/accounts/$ACCOUNT': prints(
    ({ account }) => new RegExp(`^\\{"account":"${account}","name":"APP","state":"unknown"`),
  ),
  'curl "localhost:9090/api/v1/accounts?limit=100"': prints(
    ({ account }) => new RegExp(`"account":"${account}","name":"APP"`),
  ),
  'curl localhost:9090/jwt/v1/operator': prints(({ storeDir }) =>
    readFileSync(join(storeDir, 'acme.jwt'), 'utf8'),
  ),
  'curl localhost:9090/jwt/v1/pack': prints(({ account }) => new RegExp(`^${account}\\|eyJ`, 'm')),
  'curl localhost:9090/jwt/v1/help': prints(() => /GET \/jwt\/v1\/accounts\//),
  'nats-account-server inspect account.jwt': prints(({ account }) => new RegExp(account)),
  'nats-account-server inspect --nsc DIR $ACCOUNT --json': async (command, { machine }) => {
    const { stdout } = await machine.ok(command);
    expect(JSON.stringify(JSON.parse(stdout))).toContain(machine.account);
  },
  'nats-account-server audit verify AUDIT': async (command, { machine }) => {
    const later = machine.copy();
    later.address = `127.0.0.1:${await freePort()}`;
    const { log } = later.start(`${SERVE} --audit-dir AUDIT --listen ${later.address}`);
    await log.waitFor(/accounts loaded/);
    await later.ok('nsc edit account APP --conns 9');
    const verified = async (): Promise<string> => (await later.ok(command)).stdout;
    await vi.waitFor(async () => expect(await verified()).toMatch(/^whole: [1-9]/), {
      timeout: 20_000,
      interval: 50,
    });
  },
  'nats-account-server check-config …': async (command, { machine }) => {
    const { stderr } = await machine.ok(command.replace('…', '--nsc DIR --listen localhost:9090'));
    expect(stderr).toContain('the configuration is good');
    expect((await machine.type(command.replace('…', '--nsc DIR --sweep x --lisen y'))).code).toBe(2);
  },
  'until curl -sf localhost:9090/jwt/v1/accounts/; do sleep 1; done': async (command, { machine }) => {
    const later = machine.copy();
    later.address = `127.0.0.1:${await freePort()}`;
    const waiting = later.type(command);
    later.start(`${SERVE} --listen ${later.address}`);
    expect((await waiting).code).toBe(0);
  },
};

/** Before that, whoever pulls gets an operator without an account server, with whom nothing can be pulled again. */
async function expectToServeOperator({ address, storeDir }: ReadmeMachine): Promise<void> {
  const served = async (): Promise<string> => (await fetch(`http://${address}/jwt/v1/operator`)).text();
  const stands = (): string => readFileSync(join(storeDir, 'acme.jwt'), 'utf8');
  await vi.waitFor(async () => expect(await served()).toBe(stands()), { timeout: 20_000, interval: 50 });
}

/** The nats-server runs what stands in the directory. */
async function expectToRun({ monitorUrl }: NatsServer, machine: ReadmeMachine): Promise<void> {
  const running = async (): Promise<string> =>
    (await fetch(`${monitorUrl}/accountz?acc=${machine.account}`)).text();
  await vi.waitFor(async () => expect(await running()).toContain(machine.file('APP')), {
    timeout: 20_000,
    interval: 50,
  });
}

test('every command has a runner, and every runner a command', () => {
  expect(Object.keys(RUNNERS).sort()).toEqual([...new Set(COMMANDS)].sort());
});

describeWithNsc('what the reader is told to type works', (nsc) => {
  let scene: Scene;

  beforeAll(async () => {
    const machine = new ReadmeMachine(nsc);
    await machine.setUp();
    const service = machine.start(SERVE);
    const [, url = ''] = await service.log.waitFor(/"url":"http:\/\/([^"]+)"/);
    machine.address = url;
    const values: Readonly<Record<string, string>> = {
      '/etc/nats/acme.jwt': join(machine.storeDir, 'acme.jwt'),
      'AC2U…': await machine.keyOf('SYS'),
      'localhost:9090': machine.address,
    };
    for (const value of Object.keys(values)) expect(NATS_SERVER_CONFIG).toContain(value);
    const config = Object.entries(values).reduce(
      (made, [from, to]) => made.replace(from, to),
      NATS_SERVER_CONFIG,
    );
    const nats = await startNatsServer(config);
    machine.natsAddress = `127.0.0.1:${nats.port}`;
    scene = { machine, service, nats };
  });

  test('the configuration for nats-server', async () => {
    const alice = await connectWith(scene.nats.url, scene.machine.creds('APP', 'alice'));
    expect(alice.isClosed()).toBe(false);
  });

  test.each(COMMANDS)('%s', async (command) => {
    const run = RUNNERS[command];
    if (run === undefined) throw new Error('this command has no runner');
    await run(command, scene);
  });

  const { publish, subscribe, asWell } = documentedPermissions();

  test.each([
    ['least', subscribe, asWell],
    ['all', [...subscribe, ...asWell], []],
  ])('the documented permissions of the system account user: %s', async (user, mayHear, missing) => {
    const { machine, nats } = scene;
    const allowed = `--allow-pub '${publish.join(',')}' --allow-sub '${mayHear.join(',')}'`;
    await machine.ok(`nsc add user ${user} --account SYS ${allowed}`);
    const service = machine.start(DELIVER.replace('sys.creds', `${user}.creds`));
    await service.log.waitFor(/connected to NATS/);
    await connectWith(nats.url, machine.creds('APP', 'alice'));
    await machine.ok(`nsc edit account APP --tag ${user}`);
    await expectToRun(nats, machine);
    const complaints = () =>
      [...service.log.text.matchAll(/"msg":"the NATS user may not (\S+) to ([^"]+)"/g)].map(
        ([, what, subject]) => `${what} ${subject}`,
      );
    await expect.poll(complaints).toEqual(missing.map((subject) => `subscribe ${subject}`));
  });
});

/** Flags of single commands that their help lists. */
const COMMAND_FLAGS = ['fleet', 'sys events'].flatMap((command) => {
  const help = parseArgs([...command.split(' '), '--help'], '0');
  return help.kind === 'print' ? [...help.text.matchAll(/--([a-z-]+)/g)].map(([, flag = '']) => flag) : [];
});

describe('what the README names is there', () => {
  test('flags', () => {
    const known = [...CONFIG_FLAGS, ...GENERAL_FLAGS].flatMap(({ flag, goFlags }) => [flag, ...goFlags]);
    const ours = [...CODE_SPANS, ...COMMANDS.filter((command) => command.includes('nats-account-server '))];
    const named = ours.flatMap((code) =>
      [...code.matchAll(/(?<!\S)--?([a-z][a-z-]*)/g)].map(([, flag = '']) => flag),
    );
    expect(named.length).toBeGreaterThan(20);
    const elsewhereKnown = [
      'json',
      'with-nats-server',
      'primary',
      'account-jwt-server-url',
      'diff',
      'prune',
      ...COMMAND_FLAGS,
      'sf',
      'data-binary',
    ];
    expect(named.filter((flag) => !known.includes(flag) && !elsewhereKnown.includes(flag))).toEqual([]);
  });

  test('files and sections', () => {
    expect(LINKED_FILES.filter((file) => !existsSync(join(PROJECT_ROOT, file)))).toEqual([]);
    expect(LINKED_SECTIONS.filter((section) => !SECTIONS.includes(section))).toEqual([]);
  });
});
