import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { nowSeconds } from '../support/mint.js';
import { openNsc } from './opened.js';
import { copyFixture, mintTrusted, OperatorDirectory, token } from './operator-directory.js';

const NOW = nowSeconds();
const open = (dir: string) => openNsc(dir, { readOnly: false, watch: false });
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('a new account', () => {
  test('gets a directory of its name, 0700 and 0600, the bare token, nothing else', async () => {
    const directory = await OperatorDirectory.make();
    const { store, listener } = await open(directory.dir);
    const account = mintTrusted({ name: 'Größe 7' });
    await store.save(account);
    expect(await readFile(directory.path(directory.slot('Größe 7')), 'utf8')).toBe(account.text);
    expect(await modeOf(directory.path('accounts/Größe 7'))).toBe(0o700);
    expect(await modeOf(directory.path(directory.slot('Größe 7')))).toBe(0o600);
    expect(await readdir(directory.path('accounts/Größe 7'))).toEqual(['Größe 7.jwt']);
    expect(listener.readings.get(directory.slot('Größe 7'))?.expectedName).toBe('Größe 7');
  });

  test('accounts/ is made if there is none yet', async () => {
    const directory = await OperatorDirectory.make();
    await rm(directory.path('accounts'), { recursive: true });
    const { store, listener } = await open(directory.dir);
    const account = mintTrusted({ name: 'first' });
    await store.save(account);
    expect(await modeOf(directory.path('accounts'))).toBe(0o700);
    expect(listener.texts.get(directory.slot('first'))).toBe(account.text);
  });

  test.each([
    'a/b',
    'a\\b',
    '..',
    '.',
    '../up',
    'a..b',
    ' leading',
    'trailing ',
    '\ttab',
    'new\nline',
    'nul\0',
    '',
    '   ',
    'x'.repeat(252),
    'half\ud800',
  ])('the name %j is refused and leaves no trace', async (name) => {
    const directory = await OperatorDirectory.make();
    const { store } = await open(directory.dir);
    const account = { ...mintTrusted(), name };
    await expect(store.save(account)).rejects.toMatchObject({ code: 'name.invalid' });
    expect(await readdir(directory.path('accounts'))).toEqual([]);
    expect((await readdir(directory.path())).sort()).toEqual(['.nsc', 'accounts', 'op.jwt']);
  });

  test.each(['.hidden', 'x.jwt', '-dash', '$HOME `id` *', 'ß', 'x'.repeat(251)])(
    'the name %j is taken as it stands',
    async (name) => {
      const directory = await OperatorDirectory.make();
      const { store, listener } = await open(directory.dir);
      await store.save(mintTrusted({ name }));
      expect([...listener.texts.keys()]).toEqual([directory.slot(name)]);
    },
  );

  test('a name that another account has is refused, also when only the case differs', async () => {
    const directory = await OperatorDirectory.make();
    const { store, listener } = await open(directory.dir);
    const first = mintTrusted({ name: 'Shop' });
    await store.save(first);
    for (const name of ['Shop', 'shop', 'SHOP']) {
      await expect(store.save(mintTrusted({ name }))).rejects.toMatchObject({ code: 'name.conflict' });
    }
    expect(await readdir(directory.path('accounts'))).toEqual(['Shop']);
    expect(listener.texts.get(directory.slot('Shop'))).toBe(first.text);
  });

  test('names that came by other ways count too', async () => {
    const directory = await OperatorDirectory.make();
    const { store, listener } = await openNsc(directory.dir, { readOnly: false });
    await store.save(mintTrusted({ name: 'first' }));
    const later = mintTrusted({ name: 'Later', iat: NOW - 5 });
    await directory.put('Later', later.text);
    await listener.heard(`read ${directory.slot('Later')}`);
    await expect(store.save(mintTrusted({ name: 'later' }))).rejects.toMatchObject({ code: 'name.conflict' });
    await store.save(mintTrusted({ name: 'renamed', claims: { sub: later.accountKey } }));
    expect((await readdir(directory.path('accounts'))).sort()).toEqual(['first', 'renamed']);
    await listener.heard(`gone ${directory.slot('Later')}`);
    await store.save(mintTrusted({ name: 'later' }));
    expect((await readdir(directory.path('accounts'))).sort()).toEqual(['first', 'later', 'renamed']);
  });

  test('a name that differs by letter case alone is free once its directory is gone, be it unseen so far', async () => {
    const directory = await OperatorDirectory.make(['Shop']);
    const { store } = await open(directory.dir);
    const account = mintTrusted({ name: 'shop' });
    await expect(store.save(account)).rejects.toMatchObject({ code: 'name.conflict' });
    await directory.remove('Shop');
    await store.save(account);
    expect(await readdir(directory.path('accounts'))).toEqual(['shop']);
  });

  test('of two that want one name at the same moment one gets it', async () => {
    const directory = await OperatorDirectory.make();
    const { store } = await open(directory.dir);
    const saves = [mintTrusted({ name: 'Shop' }), mintTrusted({ name: 'shop' })].map((account) =>
      store.save(account),
    );
    const results = await Promise.allSettled(saves);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await readdir(directory.path('accounts'))).length).toBe(1);
  });
});

describe('an account that is there', () => {
  test('is replaced in its directory; permissions, users and inode rules stay nsc’s', async () => {
    const directory = await OperatorDirectory.make();
    const { store } = await open(directory.dir);
    const first = mintTrusted({ name: 'A', iat: NOW - 10 });
    await directory.put('A', first.text);
    await mkdir(directory.path('accounts/A/users'));
    await writeFile(directory.path('accounts/A/users/u.jwt'), token('u'));
    await chmod(directory.path(directory.slot('A')), 0o664);
    const second = mintTrusted({ name: 'A', claims: { sub: first.accountKey } });
    await store.save(second);
    expect(await readFile(directory.path(directory.slot('A')), 'utf8')).toBe(second.text);
    expect(await modeOf(directory.path(directory.slot('A')))).toBe(0o664);
    expect((await readdir(directory.path('accounts/A'))).sort()).toEqual(['A.jwt', 'users']);
  });

  test('stays in a directory of another name while its own name is the same', async () => {
    const directory = await OperatorDirectory.make();
    const first = mintTrusted({ name: 'A', iat: NOW - 10 });
    await directory.put('copy', first.text);
    const { store } = await open(directory.dir);
    const second = mintTrusted({ name: 'A', claims: { sub: first.accountKey } });
    await store.save(second);
    expect(await readdir(directory.path('accounts'))).toEqual(['copy']);
    expect(await readFile(directory.path(directory.slot('copy')), 'utf8')).toBe(second.text);
  });

  test('moves with its users when it was renamed, and is never gone in between', async () => {
    const directory = await OperatorDirectory.make(['B']);
    const first = mintTrusted({ name: 'A', iat: NOW - 10 });
    await directory.put('A', first.text);
    await mkdir(directory.path('accounts/A/users'));
    await writeFile(directory.path('accounts/A/users/u.jwt'), token('u'));
    const { store, listener } = await openNsc(directory.dir, { readOnly: false });
    const second = mintTrusted({ name: 'Z', claims: { sub: first.accountKey } });
    await store.save(second);
    expect((await readdir(directory.path('accounts'))).sort()).toEqual(['B', 'Z']);
    expect(await readFile(directory.path('accounts/Z/users/u.jwt'), 'utf8')).toBe(token('u'));
    await listener.heard(`gone ${directory.slot('A')}`);
    expect(listener.calls.indexOf(`read ${directory.slot('Z')}`)).toBeLessThan(
      listener.calls.indexOf(`gone ${directory.slot('A')}`),
    );
  });

  test('renamed by case alone it moves too', async () => {
    const directory = await OperatorDirectory.make(['B']);
    const first = mintTrusted({ name: 'shop', iat: NOW - 10 });
    await directory.put('shop', first.text);
    const { store } = await open(directory.dir);
    await store.save(mintTrusted({ name: 'Shop', claims: { sub: first.accountKey } }));
    expect((await readdir(directory.path('accounts'))).sort()).toEqual(['B', 'Shop']);
  });

  test('foreign files in the directory of a renamed account stay, with a warning', async () => {
    const directory = await OperatorDirectory.make();
    const first = mintTrusted({ name: 'A', iat: NOW - 10 });
    await directory.put('A', first.text);
    await writeFile(directory.path('accounts/A/notes.txt'), 'mine');
    const { store, log } = await open(directory.dir);
    await store.save(mintTrusted({ name: 'Z', claims: { sub: first.accountKey } }));
    expect(await readdir(directory.path('accounts/A'))).toEqual(['notes.txt']);
    expect(log.messages('warn')).toEqual(['the directory of a renamed account could not be removed']);
  });

  test('with a name that only nsc would make is still updated in place', async () => {
    const dir = await copyFixture('names', 'Odd Names');
    const { store, listener } = await open(dir);
    const slot = 'accounts/ leading space/leading space.jwt';
    const sub = 'ACJRSORPPL2A34RZKNQN4JFOE6PFA5Y7U4AGSPONITJS636JP6PLQMNE';
    const account = mintTrusted({ name: ' leading space', iat: NOW + 60, claims: { sub } });
    await store.save(account);
    expect(listener.texts.get(slot)).toBe(account.text);
    expect((await readdir(`${dir}/accounts`)).length).toBe(15);
  });

  test('the very same token is not written again', async () => {
    const directory = await OperatorDirectory.make();
    const { store } = await open(directory.dir);
    const account = mintTrusted({ name: 'A' });
    await store.save(account);
    const { ino } = await stat(directory.path(directory.slot('A')));
    await store.save(account);
    expect((await stat(directory.path(directory.slot('A')))).ino).toBe(ino);
  });

  test('a newer good token that came in meanwhile stays, and is what is reported', async () => {
    const directory = await OperatorDirectory.make();
    const { store, listener } = await open(directory.dir);
    const newer = mintTrusted({ name: 'A', iat: NOW + 10 });
    await directory.put('A', newer.text);
    await store.save(mintTrusted({ name: 'A', iat: NOW, claims: { sub: newer.accountKey } }));
    expect(await readFile(directory.path(directory.slot('A')), 'utf8')).toBe(newer.text);
    expect(listener.texts.get(directory.slot('A'))).toBe(newer.text);
  });

  test('a newer token that is not good is replaced', async () => {
    const directory = await OperatorDirectory.make();
    const { store, listener } = await openNsc(directory.dir, {
      readOnly: false,
      watch: false,
      verdict: 'refused',
    });
    const selfSigned = mintTrusted({ name: 'A', iat: NOW + 10 });
    await directory.put('A', selfSigned.text);
    const pushed = mintTrusted({ name: 'A', iat: NOW, claims: { sub: selfSigned.accountKey } });
    await store.save(pushed);
    expect(listener.texts.get(directory.slot('A'))).toBe(pushed.text);
  });

  test('rubbish that stands in its place is replaced; a FIFO, a link or a directory is not', async () => {
    const directory = await OperatorDirectory.make();
    await directory.put('A', 'rubbish');
    await mkdir(directory.path('accounts/B/B.jwt'), { recursive: true });
    await mkdir(directory.path('accounts/C'));
    await symlink('/etc/hostname', directory.path('accounts/C/C.jwt'));
    const { store, listener } = await open(directory.dir);
    const account = mintTrusted({ name: 'A' });
    await store.save(account);
    expect(listener.texts.get(directory.slot('A'))).toBe(account.text);
    for (const name of ['B', 'C']) {
      await expect(store.save(mintTrusted({ name }))).rejects.toMatchObject({ code: 'store.unavailable' });
    }
  });
});

test('temporary files of a killed process are removed at the start, files of others are not', async () => {
  const directory = await OperatorDirectory.make(['A']);
  const left = '.nats-account-server-4194303-0123abcd-0.tmp';
  for (const file of [left, '.A.jwt.swp', '.nats-account-server-x.tmp'])
    await writeFile(directory.path('accounts/A', file), 'half');
  const { log } = await open(directory.dir);
  await expect.poll(() => readdir(directory.path('accounts/A'))).not.toContain(left);
  expect((await readdir(directory.path('accounts/A'))).sort()).toEqual([
    '.A.jwt.swp',
    '.nats-account-server-x.tmp',
    'A.jwt',
  ]);
  expect(log.messages('info')).toEqual(['removed temporary files of a process that was killed']);
});
