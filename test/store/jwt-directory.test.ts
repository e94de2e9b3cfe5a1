import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { JwtDirectoryStore } from '../../src/store/jwt-directory.js';
import { KeptLog } from '../support/accounts.js';
import { tempDir } from '../support/temp.js';
import { failingFiles } from './failing-files.js';
import { KeptListener } from './kept-listener.js';
import { mintTrusted } from './operator-directory.js';

type Choices = Partial<ConstructorParameters<typeof JwtDirectoryStore>[0]>;

async function open(dir: string, choices: Choices = {}) {
  const listener = new KeptListener();
  const log = new KeptLog();
  const store = new JwtDirectoryStore({
    dir,
    shard: false,
    readOnly: true,
    sweepMs: 600_000,
    log,
    ...choices,
  });
  onTestFinished(() => store.close());
  await store.start(listener);
  if (choices.watch !== false && listener.outages.length === 0) await listener.sweptAnew(1);
  return { store, listener, log };
}

async function put(dir: string, file: string, text: string): Promise<void> {
  await mkdir(dirname(join(dir, file)), { recursive: true });
  await writeFile(join(dir, file), text);
}

const LAYOUTS = [
  { layout: 'flat', shard: false, fileOf: (key: string) => `${key}.jwt` },
  { layout: 'sharded', shard: true, fileOf: (key: string) => `${key.slice(-2)}/${key}.jwt` },
] as const;

describe.each(LAYOUTS)('$layout', ({ shard, fileOf }) => {
  test('slots carry the key that the file name promises', async () => {
    const dir = tempDir();
    const account = mintTrusted();
    await put(dir, fileOf(account.accountKey), account.text);
    const { listener } = await open(dir, { shard });
    const reading = listener.readings.get(fileOf(account.accountKey));
    expect(reading).toMatchObject({ expectedKey: account.accountKey });
    expect(reading?.expectedName).toBeUndefined();
    expect(listener.operators).toEqual([]);
  });

  test('a save makes the file where the Go server looks for it, 0600', async () => {
    const dir = join(tempDir(), 'deep', 'jwts');
    const { store, listener } = await open(dir, { shard, readOnly: false });
    const account = mintTrusted();
    await store.save(account);
    const path = join(dir, fileOf(account.accountKey));
    expect(await readFile(path, 'utf8')).toBe(account.text);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect([...listener.texts.keys()]).toEqual([fileOf(account.accountKey)]);
  });

  test('files that no account key names are ignored, in silence', async () => {
    const dir = tempDir();
    const account = mintTrusted();
    const key = account.accountKey;
    const wrong = [
      'note.jwt',
      `${key}.txt`,
      `${key.slice(0, -1)}.jwt`,
      `${key.toLowerCase()}.jwt`,
      `${key}.jwt.tmp`,
      '.jwt',
    ];
    for (const file of wrong) await put(dir, join(dirname(fileOf(key)), file), account.text);
    const { listener, log } = await open(dir, { shard });
    expect(listener.calls).toEqual([]);
    expect(log.messages('warn')).toEqual([]);
  });

  test('files of the other layout are ignored with one warning that says so', async () => {
    const dir = tempDir();
    const account = mintTrusted();
    const [, other] = shard ? [LAYOUTS[1], LAYOUTS[0]] : LAYOUTS;
    await put(dir, other.fileOf(account.accountKey), account.text);
    const { listener, log } = await open(dir, { shard, watch: false, sweepMs: 20 });
    await listener.sweptAnew();
    expect(listener.texts.size).toBe(0);
    expect(log.messages('warn').length).toBe(1);
    expect(log.messages('warn')[0]).toMatch(/are ignored, since the directory is read as/);
  });

  test('the directory vanishes and returns: an outage, no deletion', async () => {
    const dir = join(tempDir(), 'jwts');
    const accounts = [mintTrusted(), mintTrusted()];
    for (const { accountKey, text } of accounts) await put(dir, fileOf(accountKey), text);
    const { listener } = await open(dir, { shard });
    await rename(dir, `${dir}.away`);
    await listener.heard('down');
    await rename(`${dir}.away`, dir);
    await listener.heard('up');
    expect(listener.calls.filter((call) => call.startsWith('gone'))).toEqual([]);
  });

  test('a deleted file is gone, and comes back', async () => {
    const dir = tempDir();
    const accounts = [mintTrusted(), mintTrusted()];
    for (const { accountKey, text } of accounts) await put(dir, fileOf(accountKey), text);
    const { listener } = await open(dir, { shard });
    const [{ accountKey, text } = mintTrusted()] = accounts;
    await rm(join(dir, fileOf(accountKey)));
    await listener.heard(`gone ${fileOf(accountKey)}`);
    await put(dir, fileOf(accountKey), text);
    await listener.until('it is read again', () => listener.count(`read ${fileOf(accountKey)}`) === 2);
  });
});

test('mounted Kubernetes files are links; a swap shows the new version', async () => {
  const dir = tempDir();
  const [first, second] = [mintTrusted({ name: 'A' }), mintTrusted({ name: 'B' })];
  const file = `${first.accountKey}.jwt`;
  await put(dir, `..1/${file}`, first.text);
  await symlink('..1', join(dir, '..data'));
  await symlink(`..data/${file}`, join(dir, file));
  const { listener } = await open(dir);
  expect(listener.texts.get(file)).toBe(first.text);
  await put(dir, `..2/${file}`, second.text);
  await symlink('..2', join(dir, '..data_tmp'));
  await rename(join(dir, '..data_tmp'), join(dir, '..data'));
  await listener.until('the new version is read', () => listener.texts.get(file) === second.text);
  expect(listener.count(`read ${file}`)).toBe(2);
});

test('a file that links out of the directory is not followed', async () => {
  const dir = tempDir();
  const account = mintTrusted();
  const elsewhere = join(tempDir(), 'file');
  await writeFile(elsewhere, account.text);
  await symlink(elsewhere, join(dir, `${account.accountKey}.jwt`));
  const { listener } = await open(dir);
  expect(listener.texts.size).toBe(0);
  expect([...listener.problems.values()][0]).toMatch(/leads out of the store/);
});

test('a directory that is missing and only read is told, and read when it appears', async () => {
  const dir = join(tempDir(), 'jwts');
  const { listener, store } = await open(dir);
  expect(listener.outages.length).toBe(1);
  expect(store.description).toBe(`JWT directory ${dir}`);
  const account = mintTrusted();
  await put(dir, `${account.accountKey}.jwt`, account.text);
  await listener.heard('up');
  await listener.heard(`read ${account.accountKey}.jwt`);
});

test.each([false, true])(
  'D4: no failed call of a save leaves anything behind (sharded: %s)',
  async (shard) => {
    const dir = tempDir();
    const files = failingFiles();
    const calls = (await open(dir, { shard, readOnly: false, files })).store;
    await calls.save(mintTrusted());
    for (const number of files.calls.keys()) {
      const place = tempDir();
      const { store, listener } = await open(place, {
        shard,
        readOnly: false,
        watch: false,
        files: failingFiles(number, 'ENOSPC'),
      });
      const account = mintTrusted();
      await expect(store.save(account)).rejects.toMatchObject({ code: 'store.full' });
      const left = await readdir(place, { recursive: true, withFileTypes: true });
      expect(left.filter((entry) => entry.isFile())).toEqual([]);
      await store.save(account);
      expect(listener.texts.size).toBe(1);
    }
  },
);

test('temporary files of a killed process are removed at the start', async () => {
  const dir = tempDir();
  await put(dir, 'AB/.nats-account-server-4194303-0123abcd-0.tmp', 'half');
  await open(dir, { shard: true, readOnly: false });
  await expect.poll(() => readdir(join(dir, 'AB'))).toEqual([]);
});
