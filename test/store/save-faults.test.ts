import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { NODE_FILES } from '../../src/store/durable-files.js';
import { nowSeconds } from '../support/mint.js';
import { failingFiles } from './failing-files.js';
import { openNsc } from './opened.js';
import { mintTrusted, OperatorDirectory } from './operator-directory.js';

const NOW = nowSeconds();
/** What one save of an account that is there asks of the file system. */
const REPLACING = ['create', 'write', 'sync', 'close', 'rename', 'syncDirectory', 'syncDirectory'];
/** And of one that is new. */
const CREATING = ['makeDirectory', ...REPLACING];

test('D3: the file is synced before the rename, the directories after it, then the save is done', async () => {
  const directory = await OperatorDirectory.make();
  const files = failingFiles();
  const { store } = await openNsc(directory.dir, { readOnly: false, watch: false, files });
  const account = mintTrusted({ name: 'A', iat: NOW - 5 });
  await store.save(account);
  expect(files.calls).toEqual(CREATING);
  files.calls.length = 0;
  await store.save(mintTrusted({ name: 'A', claims: { sub: account.accountKey } }));
  expect(files.calls).toEqual(REPLACING);
});

describe.each(['EIO', 'ENOSPC', 'EACCES', 'EDQUOT', 'EROFS'])('D4: %s at each call', (code) => {
  const expected = code === 'ENOSPC' || code === 'EDQUOT' ? 'store.full' : 'store.unavailable';

  test.each(REPLACING.map((call, number) => ({ call, number })))(
    '$number $call of a replacement: the old token stays whole',
    async ({ number }) => {
      const directory = await OperatorDirectory.make();
      const old = mintTrusted({ name: 'A', iat: NOW - 5 });
      await directory.put('A', old.text);
      const files = failingFiles(number, code);
      const { store, listener } = await openNsc(directory.dir, { readOnly: false, watch: false, files });
      const pushed = mintTrusted({ name: 'A', claims: { sub: old.accountKey } });
      const failure = await store.save(pushed).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: expected, cause: { code } });
      expect(await readdir(directory.path('accounts/A'))).toEqual(['A.jwt']);
      expect(await readFile(directory.path(directory.slot('A')), 'utf8')).toBe(old.text);
      await store.reread();
      expect([...listener.texts.values()]).toEqual([old.text]);
      // The next one, on a healthy disk, gets through.
      await store.save(pushed);
      expect(listener.texts.get(directory.slot('A'))).toBe(pushed.text);
    },
  );

  test.each(CREATING.map((call, number) => ({ call, number })))(
    '$number $call of a new account: nothing is left',
    async ({ number }) => {
      const directory = await OperatorDirectory.make();
      const { store, listener } = await openNsc(directory.dir, {
        readOnly: false,
        watch: false,
        files: failingFiles(number, code),
      });
      await expect(store.save(mintTrusted({ name: 'A' }))).rejects.toMatchObject({ code: expected });
      expect(await readdir(directory.path('accounts'))).toEqual([]);
      await store.reread();
      expect(listener.texts.size).toBe(0);
    },
  );
});

test('a disk that fails for good after the rename is reported as failed, and what cannot be taken back is logged', async () => {
  const directory = await OperatorDirectory.make();
  const old = mintTrusted({ name: 'A', iat: NOW - 5 });
  await directory.put('A', old.text);
  const { store, log } = await openNsc(directory.dir, {
    readOnly: false,
    watch: false,
    files: failingFiles(5, 'EIO', true),
  });
  const pushed = mintTrusted({ name: 'A', claims: { sub: old.accountKey } });
  await expect(store.save(pushed)).rejects.toMatchObject({ code: 'store.unavailable' });
  expect(log.messages('error')).toEqual(['a failed write could not be taken back']);
  expect([old.text, pushed.text]).toContain(await readFile(directory.path(directory.slot('A')), 'utf8'));
});

test('nothing of a save is reported before it is durable, however much the directory is looked at', async () => {
  const directory = await OperatorDirectory.make();
  const old = mintTrusted({ name: 'A', iat: NOW - 5 });
  await directory.put('A', old.text);
  let heardDuringSave: string | undefined;
  const files = {
    ...NODE_FILES,
    syncDirectory: async (path: string) => {
      // The new token has its name, and every way of noticing it is used before the directory is synced.
      void store.reread();
      await new Promise((resolve) => setTimeout(resolve, 60));
      heardDuringSave ??= listener.texts.get(directory.slot('A'));
      await NODE_FILES.syncDirectory(path);
    },
  };
  const { store, listener } = await openNsc(directory.dir, { readOnly: false, files });
  const pushed = mintTrusted({ name: 'A', claims: { sub: old.accountKey } });
  await store.save(pushed);
  expect(heardDuringSave).toBe(old.text);
  expect(listener.texts.get(directory.slot('A'))).toBe(pushed.text);
});

describe('D6: nsc writes at the same moment', () => {
  /** Runs `nsc` at the given call of a save, and answers what stands there afterwards. */
  async function race(
    at: string,
    ours: number,
    theirs: number,
  ): Promise<{ stands: string; heard: string | undefined; nscText: string; ourText: string }> {
    const directory = await OperatorDirectory.make();
    const old = mintTrusted({ name: 'A', iat: NOW - 50 });
    await directory.put('A', old.text);
    const sub = old.accountKey;
    const [pushed, edited] = [
      mintTrusted({ name: 'A', iat: ours, claims: { sub } }),
      mintTrusted({ name: 'A', iat: theirs, claims: { sub } }),
    ];
    const nsc = async (): Promise<void> => writeFile(directory.path(directory.slot('A')), edited.text);
    let renames = 0;
    const files = {
      ...NODE_FILES,
      rename: async (from: string, to: string) => {
        const first = renames++ === 0;
        if (first && at === 'before the rename') await nsc();
        await NODE_FILES.rename(from, to);
        if (first && at === 'after the rename') await nsc();
      },
    };
    const { store, listener } = await openNsc(directory.dir, { readOnly: false, watch: false, files });
    await store.save(pushed);
    const stands = await readFile(directory.path(directory.slot('A')), 'utf8');
    return {
      stands,
      heard: listener.texts.get(directory.slot('A')),
      nscText: edited.text,
      ourText: pushed.text,
    };
  }

  test('a newer token that nsc writes into the file just before it is replaced is not lost', async () => {
    const { stands, heard, nscText } = await race('before the rename', NOW - 10, NOW);
    expect(stands).toBe(nscText);
    expect(heard).toBe(nscText);
  });

  test('an older one gives way', async () => {
    const { stands, heard, ourText } = await race('before the rename', NOW, NOW - 10);
    expect(stands).toBe(ourText);
    expect(heard).toBe(ourText);
  });

  test('what nsc writes afterwards stands, and is what is reported', async () => {
    const { stands, heard, nscText } = await race('after the rename', NOW - 10, NOW);
    expect(stands).toBe(nscText);
    expect(heard).toBe(nscText);
  });

  test('a newer token of which nsc has only emptied the file yet is waited for', async () => {
    const directory = await OperatorDirectory.make();
    const old = mintTrusted({ name: 'A', iat: NOW - 50 });
    await directory.put('A', old.text);
    const edited = mintTrusted({ name: 'A', iat: NOW, claims: { sub: old.accountKey } });
    let write: Promise<void> | undefined;
    const files = {
      ...NODE_FILES,
      rename: async (from: string, to: string) => {
        if (write !== undefined) return NODE_FILES.rename(from, to);
        const nsc = await open(directory.path(directory.slot('A')), 'w');
        await NODE_FILES.rename(from, to);
        write = new Promise((resolve) => setTimeout(resolve, 30))
          .then(() => nsc.writeFile(edited.text))
          .then(() => nsc.close());
      },
    };
    const { store } = await openNsc(directory.dir, { readOnly: false, watch: false, files });
    await store.save(mintTrusted({ name: 'A', iat: NOW - 10, claims: { sub: old.accountKey } }));
    await write;
    expect(await readFile(directory.path(directory.slot('A')), 'utf8')).toBe(edited.text);
  });
});
