import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { nowSeconds } from '../support/mint.js';
import { failingFiles } from './failing-files.js';
import { openNsc } from './opened.js';
import { mintTrusted, OperatorDirectory } from './operator-directory.js';

const NOW = nowSeconds();

/** What one removal of an account without users asks of the file system. */
const REMOVING = ['rename', 'syncDirectory', 'unlink', 'removeDirectory', 'syncDirectory'];

async function withAccount(name = 'A', claims: { sub?: string } = {}) {
  const directory = await OperatorDirectory.make();
  const account = mintTrusted({ name, iat: NOW - 5, claims });
  await directory.put(name, account.text);
  return { directory, account };
}

test('the directory goes with its JWT when nothing else is in it', async () => {
  const { directory, account } = await withAccount();
  const files = failingFiles();
  const { store, listener } = await openNsc(directory.dir, { readOnly: false, watch: false, files });
  await store.remove(account.accountKey);
  expect(files.calls).toEqual(REMOVING);
  expect(await readdir(directory.path('accounts'))).toEqual([]);
  expect(listener.count(`gone ${directory.slot('A')}`)).toBe(1);
});

test('users stay', async () => {
  const { directory, account } = await withAccount();
  await mkdir(directory.path('accounts/A/users'));
  await writeFile(directory.path('accounts/A/users/u.jwt'), 'u');
  const { store, log } = await openNsc(directory.dir, { readOnly: false, watch: false });
  await store.remove(account.accountKey);
  expect(await readdir(directory.path('accounts/A'), { recursive: true })).toEqual(['users', 'users/u.jwt']);
  expect(log.messages('warn')).toEqual([]);
});

test('every copy of an account goes, and another account in a directory that held it stays', async () => {
  const { directory, account } = await withAccount();
  const { accountKey: sub } = account;
  await directory.put('COPY', account.text);
  await directory.put('MOVED', account.text);
  const { store, listener } = await openNsc(directory.dir, { readOnly: false, watch: false });
  // Makes the index of names, which then learns of the change by itself.
  await store.save(mintTrusted({ name: 'OTHER' }));
  const other = mintTrusted({ name: 'MOVED' });
  await directory.put('MOVED', other.text);
  await store.remove(sub);
  expect((await readdir(directory.path('accounts'))).sort()).toEqual(['MOVED', 'OTHER']);
  expect(await readFile(directory.path(directory.slot('MOVED')), 'utf8')).toBe(other.text);
  expect(listener.texts.get(directory.slot('MOVED'))).toBe(other.text);
});

test('what stands there damaged goes too, since its last good token would stay served', async () => {
  const { directory, account } = await withAccount();
  const { store, listener } = await openNsc(directory.dir, { readOnly: false, watch: false });
  await store.save(mintTrusted({ name: 'OTHER' }));
  await directory.put('A', 'damaged');
  await store.reread();
  await store.remove(account.accountKey);
  expect(await readdir(directory.path('accounts'))).toEqual(['OTHER']);
  expect(listener.calls.at(-1)).toBe(`gone ${directory.slot('A')}`);
});

describe.each(['EIO', 'ENOSPC', 'EACCES'])('D4: %s', (code) => {
  test.each([0, 1])('at call %i of a removal: refused, and the token stays whole', async (number) => {
    const { directory, account } = await withAccount();
    const files = failingFiles(number, code);
    const { store, listener } = await openNsc(directory.dir, { readOnly: false, watch: false, files });
    await expect(store.remove(account.accountKey)).rejects.toMatchObject({ cause: { code } });
    expect(await readdir(directory.path('accounts/A'))).toEqual(['A.jwt']);
    await store.reread();
    expect([...listener.texts.values()]).toEqual([account.text]);
    await store.remove(account.accountKey);
    expect(listener.texts.size).toBe(0);
  });

  test.each([2, 3, 4])('at call %i: the account is deleted, the rest is told', async (number) => {
    const { directory, account } = await withAccount();
    const files = failingFiles(number, code);
    const { store, listener, log } = await openNsc(directory.dir, { readOnly: false, watch: false, files });
    await store.remove(account.accountKey);
    expect(listener.texts.size).toBe(0);
    expect(log.messages('warn')).toEqual(['the remains of a deleted account could not be removed']);
    await store.save(account);
    expect([...listener.texts.values()]).toEqual([account.text]);
  });
});

test('a disk that fails for good is reported, and what cannot be taken back is logged', async () => {
  const { directory, account } = await withAccount();
  const files = failingFiles(1, 'EIO', true);
  const { store, log } = await openNsc(directory.dir, { readOnly: false, watch: false, files });
  await expect(store.remove(account.accountKey)).rejects.toMatchObject({ code: 'store.unavailable' });
  expect(log.messages('error')).toEqual(['a failed removal could not be taken back']);
});
