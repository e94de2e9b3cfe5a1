import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAccount, type KeyPair } from 'nkeys.js';
import { expect, test } from 'vitest';
import { describeWithGoAccountServer, startGoAccountServer } from '../support/go-account-server.js';
import {
  type MintedAccount,
  mintAccount,
  mintCreds,
  mintOperator,
  nowSeconds,
  sign,
} from '../support/mint.js';
import { tempDir } from '../support/temp.js';
import { type Answer, ask, type HttpBench, type Question, serve } from './support.js';

const operator = mintOperator({ signingKeys: 1, name: 'Ünï <op>' });

/** An import with an activation token, and everything that makes JSON look odd. */
function oddAccount(): MintedAccount {
  const exporter = createAccount();
  const identity = createAccount();
  const subject = 'orders.>';
  const imports = [
    {
      name: 'in',
      subject,
      account: exporter.getPublicKey(),
      type: 'stream',
      token: activation(exporter, identity, subject),
    },
  ];
  const nats = {
    imports,
    description: 'tab\t "quoted" <b> & \u2028 \u007f \b ☃ \ud83d\ude00 \\',
    mappings: { 'z.a': [{ subject: 'b', weight: 40 }], a: [{ subject: 'c' }] },
    default_permissions: { pub: { deny: ['>'] }, sub: {} },
    unknown: { big: 1.25e30, small: 1.5e-9, none: null, empty: {}, list: [] },
  };
  return mintAccount(operator, { identity, name: 'odd <name>', exp: nowSeconds() + 5000, nats });
}

function activation(exporter: KeyPair, importer: KeyPair, subject: string): string {
  const nats = { subject, kind: 'stream', type: 'activation', version: 2 };
  const [iss, sub] = [exporter.getPublicKey(), importer.getPublicKey()];
  return sign({ exp: 4_000_000_000, jti: 'X', iat: 1_700_000_000, iss, name: '<n>', sub, nats }, exporter);
}

interface Pair {
  readonly ours: HttpBench;
  /** Asks both the same; the answers are reduced to what clients of the Go server rely on. */
  both(path: string, question?: Question): Promise<{ ours: Reduced; go: Reduced }>;
}

type Reduced = Pick<Answer, 'status' | 'body'> & { readonly headers: Record<string, unknown> };

const RELIED_ON = ['content-type', 'x-content-type-options', 'pragma', 'expires'];

function reduce({ status, body, headers }: Answer): Reduced {
  return { status, body, headers: Object.fromEntries(RELIED_ON.map((name) => [name, headers[name]])) };
}

async function sideBySide(binary: string, accounts: readonly MintedAccount[] = []): Promise<Pair> {
  const dir = tempDir();
  const file = join(tempDir(), 'operator.jwt');
  writeFileSync(file, operator.jwt);
  for (const { key, jwt } of accounts) writeFileSync(join(dir, `${key}.jwt`), jwt);
  const { url: go } = await startGoAccountServer(binary, [
    '-dir',
    dir,
    '-operator',
    file,
    '-hp',
    '127.0.0.1:0',
  ]);
  const ours = await serve({}, {}, operator);
  for (const { key, jwt } of accounts) ours.store.put(key, jwt);
  const both: Pair['both'] = async (path, question) => {
    const [theirs, our] = await Promise.all([ask(go, path, question), ours.ask(path, question)]);
    return { ours: reduce(our), go: reduce(theirs) };
  };
  return { ours, both };
}

describeWithGoAccountServer('side by side with the Go account server', (binary) => {
  test('reading: the same status, body and content type', async () => {
    const accounts = [
      oddAccount(),
      mintAccount(operator),
      mintAccount(operator, { nbf: nowSeconds() + 900 }),
    ];
    const { both } = await sideBySide(binary, accounts);
    for (const { key, jwt } of accounts) {
      for (const options of ['', '?text=true', '?decode=true', '?check=true', '?jti=x', '?notify=true']) {
        const { ours, go } = await both(`/jwt/v1/accounts/${key}${options}`);
        expect(ours, options).toEqual(go);
        if (options === '') expect(ours.body).toBe(jwt);
      }
    }
  });

  test.each([
    '/jwt/v1/operator',
    '/jwt/v1/operator?text=true',
    '/jwt/v1/operator?decode=true',
    '/jwt/v1/accounts',
    '/jwt/v1/accounts/',
    '/jwt/v1/pack',
    '/jwt/v1/pack?max=0',
    '/jwt/v1/pack?max=1',
    '/jwt/v1/pack?max=+1',
    '/jwt/v1/pack?max=-1',
    '/jwt/v1/pack?max=X',
    '/jwt/v1/pack?max=10001',
    '/jwt/v1/pack?max=99999999999999999999',
    '/healthz',
    '/',
    '/jwt/v1/nothing',
    '/jwt/v1/accounts/a/b',
  ])('GET %s', async (path) => {
    const { both } = await sideBySide(binary, [mintAccount(operator)]);
    const { ours, go } = await both(path);
    expect(ours).toEqual(go);
  });

  test.each(['DELETE', 'PUT', 'OPTIONS'])('%s of an account', async (method) => {
    const { both } = await sideBySide(binary);
    const { ours, go } = await both('/jwt/v1/accounts/x', { method });
    expect(ours).toEqual(go);
  });

  test('pushing: the same status, body and content type', async () => {
    const now = nowSeconds();
    const identity = createAccount();
    const good = mintAccount(operator, { identity });
    const minted = (choices: Parameters<typeof mintAccount>[1]) =>
      mintAccount(operator, { identity, ...choices }).jwt;
    const bodies: Record<string, string> = {
      empty: '',
      garbage: 'hello',
      'line end': `${good.jwt}\n`,
      good: good.jwt,
      again: good.jwt,
      'bad signature': `${good.jwt.slice(0, -4)}AAAA`,
      operator: operator.jwt,
      user: mintCreds(good).split('\n')[1] ?? '',
      'another subject': mintAccount(operator).jwt,
      'self-signed': minted({ signer: identity }),
      'signed by an account': minted({ signer: createAccount() }),
      'signed by a foreign operator': mintAccount(mintOperator(), { identity }).jwt,
      expired: minted({ exp: now - 100 }),
      'not yet valid': minted({ nbf: now + 100 }),
    };
    const { both } = await sideBySide(binary);
    for (const [what, body] of Object.entries(bodies)) {
      const { ours, go } = await both(`/jwt/v1/accounts/${good.key}`, { method: 'POST', body });
      expect(ours, what).toEqual(go);
    }
  });

  test('where we mean to differ: no body with 404, HEAD, no negative age, the whole token in the ETag', async () => {
    const account = mintAccount(operator);
    const { ours, both } = await sideBySide(binary, [account]);
    const absent = await both(`/jwt/v1/accounts/${createAccount().getPublicKey()}`);
    expect(absent.go).toMatchObject({ status: 404, body: 'no matching account JWT\n' });
    expect(absent.ours).toMatchObject({ status: 404, body: '' });
    const path = `/jwt/v1/accounts/${account.key}`;
    expect((await both(path, { method: 'HEAD' })).ours.status).toBe(200);
    expect((await ours.ask(path)).headers['cache-control']).toMatch(/^max-age=0,/);
  });
});
