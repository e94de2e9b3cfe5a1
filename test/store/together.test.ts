import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { FolderLister } from '../../src/store/folder-lister.js';
import { JwtLayout } from '../../src/store/jwt-layout.js';
import type { Layout } from '../../src/store/layout.js';
import { NscLayout } from '../../src/store/nsc-layout.js';
import { PlaceReader } from '../../src/store/place-reader.js';
import { RootFolder } from '../../src/store/root-folder.js';
import { FileThread } from '../../src/store/thread/file-thread.js';
import { TogetherReader } from '../../src/store/together.js';
import { KeptLog } from '../support/accounts.js';
import { tempDir } from '../support/temp.js';
import { OperatorDirectory, token } from './operator-directory.js';

const ALWAYS = { read: 1, stamp: 1, listBytes: 1 };

/** How often the thread was asked to read, and how many files in all. */
class CountedThread extends FileThread {
  readonly packs: number[] = [];

  override look(job: Parameters<FileThread['look']>[0]): ReturnType<FileThread['look']> {
    this.packs.push(job.names.count);
    return super.look(job);
  }
}

function startThread(): CountedThread {
  const thread = new CountedThread({ worth: ALWAYS });
  onTestFinished(() => thread.close());
  return thread;
}

/** What a reader finds when all of these are asked for at once; whether it is fresh depends on when that is. */
async function readAll(layout: Layout, slots: readonly string[], together?: TogetherReader) {
  const reader = new PlaceReader(layout, together);
  const findings = await Promise.all(slots.map((slot) => reader.read(slot, undefined, undefined)));
  return findings.map(({ reading, place }) => {
    if (reading.kind === 'absent') return { kind: reading.kind };
    return { ...reading, fresh: undefined, bytes: 'bytes' in reading && reading.bytes.toString(), place };
  });
}

const names = Array.from({ length: 30 }, (_, i) => `account ${i}`);

test('a crowd is read as each of it would be by itself, odd things too', async () => {
  const directory = await OperatorDirectory.make(names);
  const path = (name: string) => directory.path(directory.slot(name));
  await directory.put('empty', '');
  await directory.put('huge', 'x'.repeat(300 * 1024));
  await directory.put('too large', 'x'.repeat(2 * 1024 * 1024));
  await mkdir(directory.path('elsewhere'));
  await writeFile(directory.path('elsewhere/linked.jwt'), token('linked'));
  await symlink('../elsewhere', directory.path('accounts/linked'));
  await symlink(tempDir(), directory.path('accounts/leads out'));
  await directory.put('fifo', '');
  await rm(path('fifo'));
  execFileSync('mkfifo', [path('fifo')]);
  await directory.put('file is a link', '');
  await rm(path('file is a link'));
  await symlink('../account 1/account 1.jwt', path('file is a link'));
  await directory.put('no file', '');
  await rm(path('no file'));
  await writeFile(directory.path('accounts/no folder'), '');
  const odd = ['empty', 'huge', 'too large', 'linked', 'leads out', 'fifo', 'file is a link', 'no file'];
  const slots = [...names, ...odd, 'no folder', 'nothing'].map((name) => directory.slot(name));
  const layout = new NscLayout(new RootFolder(directory.dir));
  await layout.list();
  const thread = startThread();
  const together = await readAll(layout, slots, new TogetherReader(thread));
  expect(together).toEqual(await readAll(layout, slots));
  expect(together.slice(0, 30).map((found) => 'bytes' in found && found.bytes)).toEqual(names.map(token));
  expect(thread.packs).toEqual([slots.length - 8]);
});

test('what is untouched is not reported as read', async () => {
  const directory = await OperatorDirectory.make(names);
  const layout = new NscLayout(new RootFolder(directory.dir));
  await layout.list();
  const together = new TogetherReader(startThread());
  const reader = new PlaceReader(layout, together);
  const stamps = (await readAll(layout, names.map(directory.slot))).map((found) =>
    'stamp' in found ? found.stamp : undefined,
  );
  await directory.put('account 20', token('changed'));
  const readings = names.map((name, i) => reader.read(directory.slot(name), undefined, stamps[i]));
  const kinds = (await Promise.all(readings)).map(({ reading }) => reading.kind);
  expect(kinds).toEqual(names.map((name) => (name === 'account 20' ? 'file' : 'untouched')));
});

test('files that lie flat', async () => {
  const dir = tempDir();
  const files = names.map((name) => `${name}.jwt`);
  for (const file of files) await writeFile(`${dir}/${file}`, token(file));
  const layout = new JwtLayout(new RootFolder(dir), false, new KeptLog(), new FolderLister());
  await layout.list();
  const thread = startThread();
  const together = await readAll(layout, files, new TogetherReader(thread));
  expect(together).toEqual(await readAll(layout, files));
  expect(thread.packs).toEqual([files.length - 8]);
});

test('few files are read one by one, and so are all when there is no thread', async () => {
  const directory = await OperatorDirectory.make(names);
  const layout = new NscLayout(new RootFolder(directory.dir));
  await layout.list();
  const slots = names.map(directory.slot);
  const thread = startThread();
  await readAll(layout, slots.slice(0, 8), new TogetherReader(thread));
  expect(thread.packs).toEqual([]);
  const texts = names.map(token);
  const ended = new TogetherReader(thread);
  const found = readAll(layout, slots, ended);
  // It ends when it has been asked and has not answered.
  thread.close();
  expect((await found).map((one) => 'bytes' in one && one.bytes)).toEqual(texts);
});
