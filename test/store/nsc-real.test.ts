import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromSeed } from 'nkeys.js';
import { expect, onTestFinished, test } from 'vitest';
import { AccountsError } from '../../src/accounts/errors.js';
import type { TrustedAccount } from '../../src/claims/jwt.js';
import { trustAccount, trustOperator } from '../../src/claims/trust.js';
import { readAccountJwt, readOperatorJwt } from '../../src/claims/verify.js';
import { NscDirectoryStore } from '../../src/store/nsc-directory.js';
import { KeptLog } from '../support/accounts.js';
import { type AccountChoices, mintAccount, nowSeconds } from '../support/mint.js';
import { describeWithNsc, type NscHome, nscHome } from '../support/nsc.js';
import { KeptListener } from './kept-listener.js';

describeWithNsc('with real nsc', () => {
  async function setUp(operatorArgs: readonly string[] = []) {
    const home = nscHome();
    await home.ok('add', 'operator', '--name', 'op', ...operatorArgs);
    await home.ok('add', 'account', '--name', 'A');
    const listener = new KeptListener();
    const dir = home.operatorDir('op');
    const store = new NscDirectoryStore({ dir, readOnly: false, sweepMs: 600_000, log: new KeptLog() });
    onTestFinished(() => store.close());
    await store.start(listener);
    return { home, listener, store, dir };
  }

  const slot = (name: string): string => `accounts/${name}/${name}.jwt`;

  test('every command that changes an account is followed', async () => {
    const { home, listener, dir } = await setUp();
    const stands = async (name: string): Promise<void> => {
      const text = await readFile(join(dir, slot(name)), 'utf8');
      await listener.until(`${name} is read as it stands`, () => listener.texts.get(slot(name)) === text);
    };
    await stands('A');
    await home.ok('add', 'account', '--name', 'B');
    await stands('B');
    await home.ok('edit', 'account', '--name', 'A', '--conns', '7');
    await stands('A');
    await home.ok('add', 'export', '--account', 'A', '--subject', 'x.>');
    await stands('A');
    await home.ok('add', 'user', '--account', 'A', '--name', 'u');
    await home.ok('revocations', 'add-user', '--account', 'A', '--name', 'u');
    await stands('A');
    await home.ok('rename', 'account', 'A', 'Z', '--OK');
    await stands('Z');
    await listener.heard(`gone ${slot('A')}`);
    await home.ok('delete', 'account', '--name', 'B');
    await listener.heard(`gone ${slot('B')}`);
    await home.ok('edit', 'operator', '--sk', 'generate');
    const operator = await readFile(join(dir, 'op.jwt'), 'utf8');
    await listener.until('the operator is read', () => listener.operators.at(-1) === operator);
    expect([...listener.texts.keys()]).toEqual([slot('Z')]);
    expect(listener.outages).toEqual([]);
  });

  test('what is saved nsc takes for its own: it lists, describes, edits, renames and deletes it', async () => {
    const { home, listener, store, dir } = await setUp();
    const saved = await mintFor(home, dir, { name: 'pushed' });
    await store.save(saved);
    const described = await home.ok('describe', 'account', '--name', 'pushed', '--json');
    expect(JSON.parse(described.stdout)).toMatchObject({ sub: saved.accountKey, name: 'pushed' });
    expect((await home.ok('list', 'accounts')).stderr).toContain('pushed');
    await home.ok('edit', 'account', '--name', 'pushed', '--conns', '5');
    const edited = await readFile(join(dir, slot('pushed')), 'utf8');
    expect(edited).not.toBe(saved.text);
    await listener.until('the edit is read', () => listener.texts.get(slot('pushed')) === edited);
    await store.save(
      await mintFor(home, dir, { name: 'other', iat: nowSeconds() + 5, claims: { sub: saved.accountKey } }),
    );
    expect((await readdir(join(dir, 'accounts'))).sort()).toEqual(['A', 'other']);
    await home.ok('delete', 'account', '--name', 'other');
    await listener.heard(`gone ${slot('other')}`);
  });

  test('an account that was removed is deleted to nsc, and has its users again when it comes back', async () => {
    const { home, store, dir } = await setUp();
    const saved = await mintFor(home, dir, { name: 'pushed', iat: nowSeconds() - 5 });
    await store.save(saved);
    const listed = async (): Promise<string> => (await home.ok('list', 'accounts')).stderr;
    await mkdir(join(dir, 'accounts/pushed/users'));
    await copyFile(join(dir, 'op.jwt'), join(dir, 'accounts/pushed/users/u.jwt'));
    expect(await listed()).toContain('pushed');
    await store.remove(saved.accountKey);
    expect(await listed()).not.toContain('pushed');
    await home.ok('edit', 'account', '--name', 'A', '--conns', '7');
    await store.save(saved);
    expect(await listed()).toContain('pushed');
    expect(await readdir(join(dir, 'accounts/pushed'))).toEqual(['pushed.jwt', 'users']);
  });

  test('a name that nsc gave to one account is not given to another', async () => {
    const { home, store, dir } = await setUp();
    const clash = await mintFor(home, dir, { name: 'A' });
    const refusal: unknown = await store.save(clash).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AccountsError);
    expect(refusal).toMatchObject({ code: 'name.conflict' });
    await home.ok('describe', 'account', '--name', 'A');
  });
});

/** A trusted account signed by the operator whose keys nsc holds. */
async function mintFor(home: NscHome, dir: string, choices: AccountChoices): Promise<TrustedAccount> {
  const jwt = await readFile(join(dir, 'op.jwt'), 'utf8');
  const operator = readOperatorJwt(jwt);
  const trusted = operator.ok ? trustOperator(operator.value, nowSeconds()) : operator;
  if (!trusted.ok) throw new Error('nsc wrote an operator that is not to be trusted');
  const { key } = trusted.value;
  const seed = await readFile(join(home.keysDir, 'keys', 'O', key.slice(1, 3), `${key}.nk`));
  const identity = fromSeed(seed);
  const account = readAccountJwt(mintAccount({ identity, signingKeys: [], key, jwt }, choices).jwt);
  const trustedAccount = account.ok ? trustAccount(trusted.value, account.value) : account;
  if (!trustedAccount.ok) throw new Error(`minted a bad account: ${JSON.stringify(trustedAccount.problem)}`);
  return trustedAccount.value;
}
