import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createUser } from 'nkeys.js';
import { expect, test } from 'vitest';
import { ask } from '../http/support.js';
import { spawnApp, type TestProcess } from '../support/app.js';
import { mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { operatorConfig, startNatsServer } from '../support/nats-server.js';
import { OperatorTree } from '../support/operator-tree.js';
import { tempDir } from '../support/temp.js';

const operator = mintOperator();

/** Everything that must never be seen, by what it is. */
class Secrets {
  readonly #known = new Map<string, string>();

  add(what: string, secret: string): string {
    this.#known.set(what, secret);
    return secret;
  }

  /** What of them stands in a text, be it encoded or in part. */
  foundIn(text: string): string[] {
    return [...this.#known]
      .filter(([, secret]) => spellings(secret).some((each) => text.includes(each)))
      .map(([what]) => what);
  }
}

function spellings(secret: string): string[] {
  const [head, tail] = [secret.slice(0, 16), secret.slice(-16)];
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [secret, head, tail, encodeURIComponent(secret), base64, Buffer.from(secret).toString('hex')];
}

/** Creds whose parts are secrets; nobody accepts them. */
function strangerCreds(secrets: Secrets, what: string): string {
  const creds = mintCreds(mintAccount(mintOperator()));
  const [, jwt = '', , , , seed = ''] = creds.split('\n');
  secrets.add(`${what}: user JWT`, jwt.split('.')[2] ?? '');
  secrets.add(`${what}: seed`, seed);
  return creds;
}

interface Scene {
  readonly secrets: Secrets;
  readonly tree: OperatorTree;
  readonly natsPort: number;
  write(name: string, text: string): string;
}

async function scene(): Promise<Scene> {
  const dir = tempDir();
  const tree = new OperatorTree(operator, ['A', 'SYS']);
  const system = tree.get('SYS');
  const mode = {
    operatorJwt: operator.jwt,
    systemAccount: system.key,
    preload: { [system.key]: system.jwt },
  };
  const { port } = await startNatsServer(operatorConfig(mode));
  const write = (name: string, text: string): string => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  return { secrets: new Secrets(), tree, natsPort: port, write };
}

/** How a service is given its secrets: arguments, environment, and what a pusher has to show. */
interface Given {
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly authorization: string;
  /** What the management API wants to see; nothing where none is set. */
  readonly adminToken?: string;
  /** Spoils a file that holds a secret, so that the next reload complains about it. */
  readonly spoil: () => void;
}

const WAYS: Readonly<Record<string, (scene: Scene) => Given>> = {
  'a creds file, a password file': ({ secrets, natsPort, write }) => {
    const password = secrets.add('push password', 'Zq9-push-password-7Kd');
    const creds = write('stranger.creds', strangerCreds(secrets, 'creds'));
    const file = write('password', `${password}\n`);
    const adminToken = secrets.add('admin token', 'Zq9-admin-token-in-file-7Kd');
    const adminFile = write('admin', adminToken);
    return {
      args: [
        '--nats',
        `127.0.0.1:${natsPort}`,
        '--creds',
        creds,
        '--push-user',
        'ci',
        '--push-password-file',
        file,
        '--admin-token-file',
        adminFile,
      ],
      adminToken,
      authorization: `Basic ${secrets.add('basic', Buffer.from(`ci:${password}`).toString('base64'))}`,
      spoil: () => write('stranger.creds', strangerCreds(secrets, 'creds').replaceAll('-----', '--')),
    };
  },
  'the environment, user and password in an address': ({ secrets, natsPort, write }) => {
    const token = secrets.add('push token', 'Zq9-push-token-bearer-7Kd');
    const password = secrets.add('password in the address', 'Zq9p@ss-w0rd-in-the-address');
    return {
      args: ['-c', write('as.conf', `nats.servers: "nats://user:${password}@127.0.0.1:${natsPort}"\n`)],
      env: {
        NATS_ACCOUNT_SERVER_PUSH_TOKEN: token,
        NATS_ACCOUNT_SERVER_ADMIN_TOKEN: secrets.add('admin token', 'Zq9-admin-token-7Kd'),
      },
      authorization: `Bearer ${token}`,
      spoil: () => write('as.conf', `nats.servers: "nats://user:${password}/x@127.0.0.1:${natsPort}"\n`),
    };
  },
  'an nkey file, a token in the configuration': ({ secrets, natsPort, write }) => {
    const seed = secrets.add('nkey seed', new TextDecoder().decode(createUser().getSeed()));
    const token = secrets.add('push token', 'Zq9-push-token-in-file-7Kd');
    const conf = (more: string): string =>
      `http.push.token: "${token}"\nnats { servers: ["127.0.0.1:${natsPort}"], nkey: "${write('user.nk', seed)}" }\n${more}`;
    return {
      args: ['-c', write('as.conf', conf(''))],
      authorization: `Bearer ${token}`,
      spoil: () => write('as.conf', conf(`http.push.password: ${token} ${seed}`)),
    };
  },
};

/** Asks for everything there is, rightly and wrongly, with secrets in every place; answers all that was answered. */
async function provoke(
  url: string,
  { secrets, tree }: Scene,
  { authorization, adminToken = '' }: Given,
): Promise<string> {
  const creds = strangerCreds(secrets, 'pushed creds');
  const seed = secrets.add('seed in a path', new TextDecoder().decode(createUser().getSeed()));
  const wrong = secrets.add('wrong password', 'Zq9-wrong-password-7Kd');
  const { key, jwt } = tree.get('A');
  const account = `/jwt/v1/accounts/${key}`;
  const push = (path: string, body: string, header = authorization) =>
    ask(url, path, { method: 'POST', body, headers: { authorization: header } });
  const answers = [
    await push(account, jwt),
    await push(account, creds),
    await push(account, creds.split('\n')[1] ?? ''),
    await push(account, seed),
    await push(`/jwt/v1/accounts/${seed}`, jwt),
    await push(
      account,
      jwt,
      `Basic ${secrets.add('wrong basic', Buffer.from(`ci:${wrong}`).toString('base64'))}`,
    ),
    await push(account, jwt, `Bearer ${wrong}`),
    await push(account, jwt, wrong),
    await ask(url, `/jwt/v1/accounts/${seed}?token=${wrong}`, {
      headers: { authorization, cookie: `t=${wrong}` },
    }),
    await ask(url, `${account}?notify=true&token=${wrong}`, { headers: { authorization } }),
    await ask(url, `/${seed}`, { headers: { authorization } }),
    await ask(url, '/api/v1/fleet', { headers: { authorization } }),
    await ask(url, '/api/v1/accounts', { headers: { authorization: `Bearer ${wrong}` } }),
    await ask(url, '/jwt/v1/pack?max=x', { headers: { authorization, 'x-token': wrong } }),
    ...(await Promise.all(
      ['operator', 'pack', 'help'].map((page) => ask(url, `/jwt/v1/${page}?decode=true`)),
    )),
    ...(await Promise.all(
      ['fleet', 'accounts', `accounts/${seed}`, 'fleet/accounts', `fleet/accounts/${key}`].map((path) =>
        ask(url, `/api/v1/${path}`, { headers: { authorization: `Bearer ${adminToken}` } }),
      ),
    )),
    ...(await Promise.all(
      ['/healthz', '/readyz', '/metrics', `${account}?decode=true`].map((path) => ask(url, path)),
    )),
  ];
  expect(answers.map(({ status }) => status).slice(0, 8)).toEqual([200, 400, 400, 400, 400, 401, 401, 401]);
  return answers.map(({ headers, body }) => `${JSON.stringify(headers)}\n${body}`).join('\n');
}

/** Waits for what was provoked: else its absence from the log would prove nothing. */
async function expectComplaints(service: TestProcess): Promise<void> {
  await service.waitForLog(/token refused/);
  await service.waitForLog(/push refused: missing or wrong credentials/);
  await service.waitForLog(/no connection to NATS/);
  await service.waitForLog(/bad content|not served/);
}

const RUNS = Object.entries(WAYS).flatMap(([name, way], index) =>
  (index === 0 ? ['json', 'pretty'] : ['json']).map((format) => [name, format, way] as const),
);

test.each(RUNS)('A2: secrets by %s are in no line (%s), dump, metric or answer', async (_, format, way) => {
  const there = await scene();
  const { secrets, tree } = there;
  const given = way(there);
  const { args, env, spoil } = given;
  tree.write('creds', strangerCreds(secrets, 'creds in the store'));
  const service = await spawnApp(['--nsc', tree.dir, '-DV', '--dump', ...args, '--log-format', format], env);
  const answers = await provoke(service.url, there, given);
  tree.write('A', strangerCreds(secrets, 'creds over an account'));
  tree.replaceOperator(strangerCreds(secrets, 'creds over the operator'));
  await expectComplaints(service);
  spoil();
  service.kill('SIGHUP');
  await service.waitForLog(/not reloaded/);
  service.kill('SIGTERM');
  expect((await service.exit).code).toBe(0);
  expect(secrets.foundIn(service.log())).toEqual([]);
  expect(secrets.foundIn(answers)).toEqual([]);
});

test('a spelling of a secret is found wherever it stands, so that its absence means something', () => {
  const secrets = new Secrets();
  secrets.add('one', 'Zq9-a-secret-of-ours-7Kd');
  for (const spelling of [
    'Zq9-a-secret-of-ours-7Kd',
    'Zq9-a-secret-of-o…',
    Buffer.from('Zq9-a-secret-of-ours-7Kd').toString('base64'),
  ]) {
    expect(secrets.foundIn(`{"msg":"x ${spelling}"}`)).toEqual(['one']);
  }
});
