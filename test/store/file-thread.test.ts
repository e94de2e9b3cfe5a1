import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { FileThread, type FileThreadOptions } from '../../src/store/thread/file-thread.js';
import { packNames, SIGHT, type Sights, unpackNames } from '../../src/store/thread/jobs.js';
import { lookAtFiles } from '../../src/store/thread/plain-files.js';
import { tempDir } from '../support/temp.js';

function start(options: FileThreadOptions = {}): FileThread {
  const thread = new FileThread(options);
  onTestFinished(() => thread.close());
  return thread;
}

function textsOf({ count, room, ends }: Sights): string[] {
  return Array.from({ length: count }, (_, i) =>
    Buffer.from(room.slice(i === 0 ? 0 : ends[i - 1], ends[i])).toString(),
  );
}

/** The same rules hold in the thread and where the function itself is called. */
const WAYS = [
  { where: 'in the thread', look: (job: Parameters<FileThread['look']>[0]) => start().look(job) },
  { where: 'at once', look: async (job: Parameters<FileThread['look']>[0]) => lookAtFiles(job) },
];

test.for(WAYS)('plain files are read, odd ones are left to a careful look ($where)', async ({ look }) => {
  const folder = tempDir();
  await writeFile(join(folder, 'one'), 'first');
  await writeFile(join(folder, 'empty'), '');
  await writeFile(join(folder, 'huge'), Buffer.alloc(300 * 1024));
  await mkdir(join(folder, 'folder'));
  await symlink('one', join(folder, 'link'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  await writeFile(join(folder, 'last'), 'Zürich');
  const names = ['one', 'empty', 'huge', 'folder', 'link', 'fifo', 'missing', 'last'];
  const [pack = { count: 0, text: '' }] = packNames(names);
  const sights = await look({ task: 'read', folder, shape: 'plain', names: pack });
  const [plain, odd] = [expect.toBeOneOf([SIGHT.plain, SIGHT.fresh]), SIGHT.odd];
  expect([...sights.kinds]).toEqual([plain, plain, odd, odd, odd, odd, SIGHT.absent, plain]);
  expect(textsOf(sights)).toEqual(['first', '', '', '', '', '', '', 'Zürich']);
  const stamps = await look({ task: 'stamp', folder, shape: 'plain', names: pack });
  expect(stamps.count).toBe(names.length);
  expect(stamps.stamps[0]).toBe(sights.stamps[0]);
  expect(stamps.stamps[0]).not.toBe(0);
});

test('a file that was just written is fresh, and plain a while later', async () => {
  const folder = tempDir();
  const job = { task: 'read', folder, shape: 'plain', names: { count: 1, text: 'file' } } as const;
  const writeAndLook = (): number[] => {
    writeFileSync(join(folder, 'file'), 'content');
    return [...lookAtFiles(job).kinds];
  };
  // Unless the machine was busy with others between the two.
  await expect.poll(writeAndLook).toEqual([SIGHT.fresh]);
  await delay(120);
  expect([...lookAtFiles(job).kinds]).toEqual([SIGHT.plain]);
});

test('what does not fit into one answer is left for the next', async () => {
  const folder = tempDir();
  const names = Array.from({ length: 12 }, (_, i) => `file-${i}`);
  for (const name of names) await writeFile(join(folder, name), name.padEnd(250_000, '.'));
  const thread = start();
  const heard: string[] = [];
  let packs = packNames(names);
  let room = new ArrayBuffer(1_000_000);
  for (let [pack] = packs; pack !== undefined; [pack] = packs) {
    const sights = await thread.look({ task: 'read', folder, shape: 'plain', names: pack, room });
    room = sights.room;
    expect(room.byteLength).toBe(1_000_000);
    expect(sights.count).toBeLessThan(5);
    heard.push(...textsOf(sights));
    packs = packNames(unpackNames(pack).slice(sights.count));
  }
  expect(heard).toEqual(names.map((name) => name.padEnd(250_000, '.')));
});

test('a directory is listed by kind; one that cannot be listed is an error with its code', async () => {
  const folder = tempDir();
  await mkdir(join(folder, 'a b'));
  await mkdir(join(folder, 'Zürich'));
  await writeFile(join(folder, 'file'), '');
  await symlink('nowhere', join(folder, 'link'));
  const thread = start();
  const { directories, links, others } = await thread.list(folder);
  expect(directories.flatMap(unpackNames).toSorted()).toEqual(['Zürich', 'a b']);
  expect([links, others.flatMap(unpackNames)]).toEqual([['link'], ['file']]);
  await expect(thread.list(join(folder, 'file'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  expect((await thread.list(folder)).links).toEqual(['link']);
});

test('answers come to those who asked, however many jobs there are', async () => {
  const folder = tempDir();
  const names = Array.from({ length: 40 }, (_, i) => `file-${i}`);
  for (const name of names) await writeFile(join(folder, name), name);
  const thread = start();
  const jobs = names.map((name) => ({ count: 1, text: name }));
  const sights = await Promise.all(
    jobs.map((pack) => thread.look({ task: 'read', folder, shape: 'plain', names: pack })),
  );
  expect(sights.flatMap(textsOf)).toEqual(names);
});

test('after close what was asked is rejected, and nothing can be asked', async () => {
  const folder = tempDir();
  const thread = new FileThread();
  const asked = thread.list(folder);
  thread.close();
  await expect(asked).rejects.toThrow('closed');
  await expect(thread.list(folder)).rejects.toThrow('closed');
  expect(thread.isWorth('read', 1_000_000)).toBe(false);
});

test('a thread that fails rejects what it was asked and is not worth any work from then on', async () => {
  const thread = start({ program: new URL('data:text/javascript,throw new Error("made to fail")') });
  expect(thread.isWorth('read', 1_000_000)).toBe(true);
  await expect(thread.list(tempDir())).rejects.toThrow('made to fail');
  expect(thread.isWorth('read', 1_000_000)).toBe(false);
});

test('a thread without work does not keep a process alive', () => {
  const built = fileURLToPath(new URL('../../dist/store/thread/file-thread.js', import.meta.url));
  const program = `const { FileThread } = await import(${JSON.stringify(built)});
    await new FileThread().list('/');
    const idleSince = performance.now();
    process.on('exit', () => process.stdout.write(String(performance.now() - idleSince)));`;
  const waited = execFileSync(process.execPath, ['--input-type=module', '--eval', program]);
  expect(Number(waited)).toBeLessThan(2_000);
});

test('the thread lets others go first once it is told to, when it is started anew as well', async () => {
  const nices = (): number[] =>
    readdirSync('/proc/self/task').map((id) => {
      const [, fields = ''] = readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ');
      return Number(fields.split(' ')[16]);
    });
  const before = Math.max(...nices());
  const first = start();
  await first.list(tempDir());
  expect(Math.max(...nices())).toBe(before);
  first.standBack();
  await first.list(tempDir());
  // Only Linux knows priorities of threads.
  const behind = process.platform === 'linux' ? before + 5 : before;
  expect(nices().filter((nice) => nice === behind).length).toBeGreaterThan(0);
  expect(nices().filter((nice) => nice === before).length).toBeGreaterThan(1);
  const second = start();
  second.standBack();
  await second.list(tempDir());
  expect(Math.max(...nices())).toBe(behind);
});
