import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type Answer, ask } from '../http/support.js';
import { freePort } from '../support/free-ports.js';
import {
  describeWithGoAccountServer,
  startGoAccountServer,
  startOurAccountServer,
} from '../support/go-account-server.js';
import { mintAccount, mintCreds, mintOperator, nowSeconds } from '../support/mint.js';
import { connectWith } from '../support/nats-client.js';
import { operatorConfig, startNatsServer } from '../support/nats-server.js';
import { OperatorTree } from '../support/operator-tree.js';
import { type Exchange, pushing, reading } from './go-conversation.js';

const system = mintAccount(mintOperator());
const operator = mintOperator({ signingKeys: 1, systemAccount: system.key });
const certificate = (name: string): string => join(import.meta.dirname, '../http/certificates', name);

/** The store of a Go account server: `<key>.jwt` files in a directory, operator and system account beside it. */
function goStore() {
  const tree = new OperatorTree(operator, ['A', 'B']);
  tree.add('SYS', { identity: system.identity });
  tree.add('long ago', { exp: nowSeconds() - 1_000 });
  const base = dirname(tree.dir);
  const dir = join(base, 'jwts');
  mkdirSync(dir);
  for (const { key, jwt } of tree.accounts.values()) writeFileSync(join(dir, `${key}.jwt`), jwt);
  const write = (name: string, text: string): string => {
    writeFileSync(join(base, name), text);
    return join(base, name);
  };
  const creds = write('sys.creds', mintCreds(tree.get('SYS')));
  return { tree, dir, write, creds, copy: () => copyOf(dir) };
}

function copyOf(dir: string): string {
  const copy = `${dir}-${readdirSync(dirname(dir)).length}`;
  cpSync(dir, copy, { recursive: true });
  return copy;
}

/** Every key of the Go server's configuration, in odd letter cases, numbers quoted and not. */
function goConfig(store: ReturnType<typeof goStore>, dir: string, natsPort: number, more = ''): string {
  return `# written for the Go server
    Logging: { Time: true, Debug: true, Trace: false, Colors: false, PID: "true" }
    http { HOST = 127.0.0.1, Port: 0, ReadTimeout: "5000", WriteTimeout: 5000 ${more} }
    NATS: {
      Servers: ["nats://127.0.0.1:${natsPort}"], ConnectTimeout: 2000, ReconnectWait: "100", MaxReconnects: -1
      UserCredentials: "${store.creds}"
    }
    store { Dir: "${dir}", Shard: false, CleanupInterval: 60000 }
    OperatorJWTPath: "${store.tree.operatorFile}"
    SystemAccountJWTPath: "${store.tree.file('SYS')}"
    SignRequestSubject: "", SignRequestTimeout: "1000"
    Primary: "", ReplicationTimeout: 5000, MaxReplicationPack: 10000
  `;
}

type Reduced = Pick<Answer, 'status' | 'body'> & { readonly contentType: unknown };

/** What clients of the Go server rely on; the order of a pack is free. */
function reduce({ status, headers, body }: Answer): Reduced {
  const lines = body.includes('|eyJ') ? body.split('\n').sort().join('\n') : body;
  return { status, body: lines, contentType: headers['content-type'] };
}

/** Holds one conversation with both servers, and compares answer by answer. */
async function expectAlike(
  go: string,
  ours: string,
  exchanges: readonly (readonly [string, Exchange])[],
): Promise<void> {
  for (const [name, { path, differs, ...question }] of exchanges) {
    const theirs = reduce(await ask(go, path, question));
    const our = reduce(await ask(ours, path, question));
    if (differs === undefined) expect(our, name).toEqual(theirs);
    else expect([name, theirs.status, our.status]).toEqual([name, differs[0], differs[1]]);
    if (differs !== undefined) expect(our, `${name} differs no longer`).not.toEqual(theirs);
  }
}

describeWithGoAccountServer(
  'side by side with the Go server, each on its copy of one directory',
  (binary) => {
    test('reading and pushing: the same answers but for what is named, and the same files in the end', async () => {
      const store = goStore();
      const { tree } = store;
      const dirs = { go: store.copy(), ours: store.copy() };
      const start = (dir: string): string[] => [
        '-dir',
        dir,
        '-operator',
        tree.operatorFile,
        '-hp',
        '127.0.0.1:0',
      ];
      const go = await startGoAccountServer(binary, start(dirs.go));
      const ours = await startOurAccountServer(start(dirs.ours));
      await vi.waitFor(() => expect(readdirSync(dirs.go)).toHaveLength(3), { timeout: 20_000 });
      await expectAlike(go.url, ours.url, reading(tree.get('A'), tree.get('long ago')));
      await expectAlike(go.url, ours.url, pushing(operator, tree.get('A')));
      for (const file of readdirSync(dirs.go))
        expect(readFileSync(join(dirs.ours, file), 'utf8'), file).toBe(
          readFileSync(join(dirs.go, file), 'utf8'),
        );
      expect(readdirSync(dirs.ours).sort()).toEqual(
        [...readdirSync(dirs.go), `${tree.get('long ago').key}.jwt`].sort(),
      );
      expect([await go.end(), await ours.end()]).toEqual([0, 0]);
    });

    test('a configuration with every key, TLS among them, starts both; what Go stored in shards is served', async () => {
      const store = goStore();
      const dir = join(dirname(store.dir), 'shards');
      const tls = `, TLS: { Cert: "${certificate('server.pem')}", Key: "${certificate('server.key')}", Root: "" }`;
      const conf = goConfig(store, dir, await freePort(), tls).replace('Shard: false', 'Shard: "true"');
      const file = store.write('go.conf', conf);
      const trusting = { rejectUnauthorized: false };
      const go = await startGoAccountServer(binary, ['-c', file]);
      const { key, jwt } = store.tree.get('A');
      expect(go.url).toMatch(/^https:/);
      const question = { method: 'POST', body: jwt };
      expect((await ask(go.url, `/jwt/v1/accounts/${key}`, question, trusting)).status).toBe(200);
      const before = reduce(await ask(go.url, `/jwt/v1/accounts/${key}`, {}, trusting));
      expect(await go.end()).toBe(0);
      const ours = await startOurAccountServer(['-c', file, '-D']);
      expect(reduce(await ask(ours.url, `/jwt/v1/accounts/${key}`, {}, trusting))).toEqual(before);
      expect(reduce(await ask(ours.url, '/jwt/v1/pack', {}, trusting)).body.split('\n')).toHaveLength(2);
      expect(await ours.end()).toBe(0);
    });
  },
);

describe('flags of the Go server', () => {
  test('-nsc and -ro of 0.8: the directory is served, and not written', async () => {
    const { tree } = goStore();
    const server = await startOurAccountServer(['-nsc', tree.dir, '-ro', '-hp', '127.0.0.1:0', '-V']);
    const path = `/jwt/v1/accounts/${tree.get('A').key}`;
    expect((await ask(server.url, path)).body).toBe(tree.get('A').jwt);
    const refused = await ask(server.url, path, { method: 'POST', body: tree.get('A').jwt });
    expect([refused.status, refused.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect(server.log.text).toMatch(/resolver: URL\(http:\/\/127\.0\.0\.1:\d+\/jwt\/v1\/accounts\/\)/);
  });

  test('flags over the file: -dir, -operator, -nats, -creds, -hp, -DV, -dump', async () => {
    const store = goStore();
    const elsewhere = store.copy();
    const file = store.write('go.conf', goConfig(store, store.dir, 1));
    const { tree } = store;
    const server = await startOurAccountServer([
      ...['-c', file, '-dir', elsewhere, '-operator', tree.operatorFile, '-nats', 'nats://127.0.0.1:2'],
      ...['-creds', store.creds, '-hp=127.0.0.1:0', '-DV', '-dump'],
    ]);
    await server.log.waitFor(/^\}$/m);
    const dump: unknown = JSON.parse(/^\{\n.*?^\}$/ms.exec(server.log.text)?.[0] ?? '');
    expect(dump).toMatchObject({
      store: { dir: elsewhere },
      nats: { servers: ['nats://127.0.0.1:2'], reconnect_wait: '100ms', creds: store.creds },
      logging: { level: 'trace', pid: true },
    });
  });
});

test("nats-server boots on ours with the Go server's configuration, and is told of a push", async () => {
  const store = goStore();
  const { tree } = store;
  const port = await freePort();
  const ours = await startOurAccountServer(['-c', store.write('go.conf', goConfig(store, store.dir, port))]);
  const mode = {
    operatorJwt: tree.operatorFile,
    systemAccount: system.key,
    resolverUrl: `${ours.url}/jwt/v1/accounts/`,
  };
  const server = await startNatsServer({ config: operatorConfig(mode), port });
  const client = await connectWith(server.url, Buffer.from(mintCreds(tree.get('A'))));
  await ours.log.waitFor(/connected to NATS/);
  const { key, identity } = tree.get('A');
  const newer = mintAccount(operator, { identity, name: 'A', iat: nowSeconds() + 1 }).jwt;
  expect((await ask(ours.url, `/jwt/v1/accounts/${key}`, { method: 'POST', body: newer })).status).toBe(200);
  await vi.waitFor(
    async () =>
      expect(await (await fetch(`${server.monitorUrl}/accountz?acc=${key}`)).text()).toContain(newer),
    { timeout: 20_000, interval: 50 },
  );
  expect(client.isClosed()).toBe(false);
});
