import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NODE_FILES } from '../../../src/store/durable-files.js';
import { nowSeconds } from '../../support/mint.js';
import { tempDir } from '../../support/temp.js';
import { type FailingFiles, failingFiles } from '../failing-files.js';
import { openNsc } from '../opened.js';
import { mintTrusted, OperatorDirectory } from '../operator-directory.js';

const NOW = nowSeconds();

/** A store into which account A was saved once: from then on its place is known. */
async function savedOnce(choices: { files?: FailingFiles; watch?: boolean } = {}) {
  const directory = await OperatorDirectory.make();
  const { watch = false, files } = choices;
  const opened = await openNsc(directory.dir, { readOnly: false, watch, ...(files && { files }) });
  const first = mintTrusted({ name: 'A', iat: NOW - 50 });
  await opened.store.save(first);
  const mint = (iat: number) => mintTrusted({ name: 'A', iat, claims: { sub: first.accountKey } });
  return { ...opened, directory, first, mint, slot: directory.slot('A') };
}

describe('an account in a place that is known', () => {
  test('is written by the same calls, and reported once', async () => {
    const files = failingFiles();
    const { store, listener, mint, slot } = await savedOnce({ files });
    const before = { reads: listener.count(`read ${slot}`), calls: files.calls.length };
    const second = mint(NOW - 40);
    await store.save(second);
    const calls = ['create', 'write', 'sync', 'close', 'rename', 'syncDirectory', 'syncDirectory'];
    expect(files.calls.slice(before.calls)).toEqual(calls);
    expect(listener.texts.get(slot)).toBe(second.text);
    expect(listener.count(`read ${slot}`)).toBe(before.reads + 1);
    expect(listener.readings.get(slot)?.expectedName).toBe('A');
  });

  test.each(Array.from({ length: 7 }, (_, number) => number))(
    'D4: when call %i of the save fails the old token stays whole, and the next save succeeds',
    async (number) => {
      const healthy = failingFiles();
      await savedOnce({ files: healthy });
      const files = failingFiles(healthy.calls.length + number);
      const { store, listener, directory, first, mint, slot } = await savedOnce({ files });
      const second = mint(NOW - 40);
      await expect(store.save(second)).rejects.toMatchObject({ code: 'store.unavailable' });
      expect(await readdir(directory.path('accounts/A'))).toEqual(['A.jwt']);
      expect(await readFile(directory.path(slot), 'utf8')).toBe(first.text);
      await store.save(second);
      expect(listener.texts.get(slot)).toBe(second.text);
    },
  );

  test('is judged first when something else stands there by now: a newer good token stays', async () => {
    const { store, listener, directory, mint, slot } = await savedOnce();
    const [pushed, newer] = [mint(NOW - 40), mint(NOW - 30)];
    await directory.put('A', newer.text);
    await store.save(pushed);
    expect(await readFile(directory.path(slot), 'utf8')).toBe(newer.text);
    expect(listener.texts.get(slot)).toBe(newer.text);
  });

  test('is not written over another account that has come there', async () => {
    const { store, directory, mint, slot } = await savedOnce();
    const other = mintTrusted({ name: 'A' });
    await directory.put('A', other.text);
    await expect(store.save(mint(NOW))).rejects.toMatchObject({ code: 'name.conflict' });
    expect(await readFile(directory.path(slot), 'utf8')).toBe(other.text);
  });

  test('is not written where a link leads that has taken the place of its directory', async () => {
    const { store, directory, mint } = await savedOnce();
    const elsewhere = tempDir();
    await rename(directory.path('accounts/A'), join(elsewhere, 'A'));
    await symlink(join(elsewhere, 'A'), directory.path('accounts/A'));
    await expect(store.save(mint(NOW))).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(await readdir(join(elsewhere, 'A'))).toEqual(['A.jwt']);
  });

  test('is written to where the path of the directory leads by then', async () => {
    const [one, other] = [await OperatorDirectory.make(), await OperatorDirectory.make()];
    const current = join(tempDir(), 'current');
    await symlink(one.dir, current);
    const { store } = await openNsc(current, { readOnly: false, watch: false });
    const first = mintTrusted({ name: 'A', iat: NOW - 50 });
    await store.save(first);
    await symlink(other.dir, `${current}.new`);
    await rename(`${current}.new`, current);
    const second = mintTrusted({ name: 'A', iat: NOW, claims: { sub: first.accountKey } });
    await store.save(second);
    expect(await readFile(other.path(other.slot('A')), 'utf8')).toBe(second.text);
    expect(await readFile(one.path(one.slot('A')), 'utf8')).toBe(first.text);
  });

  test('keeps its place in a directory that was made anew', async () => {
    const { store, directory, mint, slot } = await savedOnce();
    await rename(directory.path('accounts'), directory.path('accounts.old'));
    await mkdir(directory.path('accounts'));
    const second = mint(NOW);
    await store.save(second);
    expect(await readFile(directory.path(slot), 'utf8')).toBe(second.text);
  });
});

describe('the event that a save causes', () => {
  test('does not hide what another program changes right after it', async () => {
    const { store, listener, directory, mint, slot } = await savedOnce({ watch: true });
    for (let i = 0; i < 20; i++) {
      const saved = mint(NOW - 40 + 2 * i);
      await store.save(saved);
      expect(listener.texts.get(slot)).toBe(saved.text);
      const edited = mint(NOW - 39 + 2 * i);
      await writeFile(directory.path(slot), edited.text);
      await listener.until('the edit was read', () => listener.texts.get(slot) === edited.text);
    }
  });

  test('in the middle of a save does not hide what another program has put there just before its end', async () => {
    const directory = await OperatorDirectory.make();
    let meanwhile: (() => Promise<void>) | undefined;
    const files = {
      ...NODE_FILES,
      syncDirectory: async (path: string) => {
        await NODE_FILES.syncDirectory(path);
        await meanwhile?.();
      },
    };
    const { store, listener } = await openNsc(directory.dir, { readOnly: false, files });
    const first = mintTrusted({ name: 'A', iat: NOW - 50 });
    await store.save(first);
    const [pushed, edited] = [NOW - 40, NOW].map((iat) =>
      mintTrusted({ name: 'A', iat, claims: { sub: first.accountKey } }),
    );
    meanwhile = () => writeFile(directory.path(directory.slot('A')), edited?.text ?? '');
    if (pushed !== undefined) await store.save(pushed);
    await listener.until('it was read', () => listener.texts.get(directory.slot('A')) === edited?.text);
  });
});
