import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { SaveNote, SaveOrder, SaveResult, Saver } from '../../../src/store/saving/order.js';
import { SaveThread } from '../../../src/store/saving/save-thread.js';
import { tempDir } from '../../support/temp.js';
import { mintTrusted } from '../operator-directory.js';

/** Counts what is done without the thread. */
class Meanwhile implements Saver {
  saves = 0;

  async save(): Promise<SaveResult> {
    this.saves++;
    return { kind: 'saved', standing: undefined };
  }
}

/** A thread that was woken up by many saves, which went another way. */
async function started(program?: URL): Promise<{ thread: SaveThread; meanwhile: Meanwhile }> {
  const meanwhile = new Meanwhile();
  const thread = new SaveThread(meanwhile, program);
  onTestFinished(() => thread.close());
  const folder = tempDir();
  await expect
    .poll(
      async () => {
        const before = meanwhile.saves;
        for (let i = 0; i < 20; i++) await thread.save(orderIn(folder, `probe-${i}`), ignore);
        return meanwhile.saves - before;
      },
      { timeout: 20_000, interval: 10 },
    )
    .toBe(0);
  return { thread, meanwhile };
}

const account = mintTrusted({ name: 'A' });
const ignore = (_: SaveNote): void => {};

function orderIn(folder: string, name: string, more: Partial<SaveOrder> = {}): SaveOrder {
  const { text, accountKey, issuedAtSeconds } = account;
  const token = { text, accountKey, issuedAtSeconds };
  const place = { folder, file: `${name}.jwt`, temporary: `.${name}.tmp`, parent: undefined };
  return { ...token, ...place, goodStands: false, premise: undefined, ...more };
}

test('a few saves start no thread', async () => {
  const meanwhile = new Meanwhile();
  const thread = new SaveThread(meanwhile, pathToFileURL('/nowhere/program.js'));
  const folder = tempDir();
  for (let i = 0; i < 8; i++) await thread.save(orderIn(folder, `${i}`), ignore);
  expect(meanwhile.saves).toBe(8);
  thread.close();
});

test('many saves at once are all on the disk, each in its place', async () => {
  const { thread } = await started();
  const root = tempDir();
  const folders = Array.from({ length: 8 }, (_, i) => join(root, `${i}`));
  for (const folder of folders) mkdirSync(folder);
  const orders = Array.from({ length: 64 }, (_, i) =>
    orderIn(folders[i % 8] ?? root, `account-${i}`, { parent: root }),
  );
  const results = await Promise.all(orders.map((order) => thread.save(order, ignore)));
  for (const result of results) expect(result).toMatchObject({ kind: 'saved', standing: {} });
  for (const folder of folders) {
    const files = readdirSync(folder);
    expect(files).toHaveLength(8);
    for (const file of files) expect(readFileSync(join(folder, file), 'latin1')).toBe(account.text);
  }
});

test('what fails there fails here, with its code and its cause', async () => {
  const { thread } = await started();
  const missing = join(tempDir(), 'missing');
  const failure = { name: 'AccountsError', code: 'store.unavailable', cause: { code: 'ENOENT' } };
  await expect(thread.save(orderIn(missing, 'a'), ignore)).rejects.toMatchObject(failure);
});

test('a premise that does not hold is found out there', async () => {
  const { thread } = await started();
  const folder = tempDir();
  const anchor = { path: folder, dev: 0, ino: 0 };
  const order = orderIn(folder, 'a', { premise: { anchor, stamp: 1, checksum: undefined } });
  expect(await thread.save(order, ignore)).toEqual({ kind: 'changed' });
  expect(readdirSync(folder)).toEqual([]);
});

test('after its end everything is done without it, and a save under way is not forgotten', async () => {
  const { thread, meanwhile } = await started();
  const folder = tempDir();
  const underWay = thread.save(orderIn(folder, 'a'), ignore);
  thread.close();
  expect(await underWay).toMatchObject({ kind: 'saved' });
  const before = meanwhile.saves;
  await thread.save(orderIn(folder, 'b'), ignore);
  expect(meanwhile.saves).toBe(before + 1);
});

test('a thread that breaks fails the saves that it was told of, and no others', async () => {
  const folder = tempDir();
  const program = join(folder, 'program.mjs');
  writeFileSync(
    program,
    `import { parentPort } from 'node:worker_threads';
     parentPort.on('message', ({ id, order }) => {
       if (order.file === 'break.jwt') throw new Error('broken');
       parentPort.postMessage({ id, result: { kind: 'saved', standing: undefined } });
     });`,
  );
  const { thread, meanwhile } = await started(pathToFileURL(program));
  await expect(thread.save(orderIn(folder, 'break'), ignore)).rejects.toThrow('broken');
  const before = meanwhile.saves;
  await thread.save(orderIn(folder, 'after'), ignore);
  expect(meanwhile.saves).toBe(before + 1);
});

test('a program that is not there is done without', async () => {
  const meanwhile = new Meanwhile();
  const folder = tempDir();
  await rm(folder, { recursive: true });
  const thread = new SaveThread(meanwhile, pathToFileURL(join(folder, 'missing.js')));
  onTestFinished(() => thread.close());
  const save = async (): Promise<number> => {
    for (let i = 0; i < 20; i++) await thread.save(orderIn(folder, `${i}`), ignore);
    return meanwhile.saves;
  };
  await expect.poll(save, { interval: 10 }).toBeGreaterThanOrEqual(200);
});
