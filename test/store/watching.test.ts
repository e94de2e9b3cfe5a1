import { mkdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { NscDirectoryStore } from '../../src/store/nsc-directory.js';
import { KeptLog } from '../support/accounts.js';
import { tempDir } from '../support/temp.js';
import { KeptListener } from './kept-listener.js';
import { openNsc } from './opened.js';
import { OperatorDirectory, token } from './operator-directory.js';

// No sweep comes by itself here: what no event tells is never noticed.

/** Resolves when the account was last seen to hold this. */
const holds = (listener: KeptListener, slot: string, text: string): Promise<void> =>
  listener.until(`${slot} holds ${text}`, () => listener.texts.get(slot) === text);

test('changes are told after the very same root was away for a while', async () => {
  const directory = await OperatorDirectory.make(['A', 'B']);
  const { listener } = await openNsc(directory.dir);
  await rename(directory.dir, `${directory.dir}.away`);
  await listener.heard('down');
  await rename(`${directory.dir}.away`, directory.dir);
  await listener.heard('up');
  // An outage is followed by one more sweep.
  await listener.sweptAnew(1);
  await directory.put('A', token('changed'));
  await holds(listener, directory.slot('A'), token('changed'));
  await directory.put('C', token('C'));
  await holds(listener, directory.slot('C'), token('C'));
});

test('an account that comes back into the directory that its deletion has left is noticed', async () => {
  const directory = await OperatorDirectory.make(['A', 'B']);
  await mkdir(directory.path('accounts/A/users'));
  const { listener } = await openNsc(directory.dir);
  await unlink(directory.path(directory.slot('A')));
  await listener.heard(`gone ${directory.slot('A')}`);
  await directory.put('A', token('again'));
  await holds(listener, directory.slot('A'), token('again'));
});

test('a change that comes while a sweep takes in the one before it is told', async () => {
  const directory = await OperatorDirectory.make(['A', 'B']);
  const slot = directory.slot('A');
  const listener = new KeptListener();
  // After the first look, before anything is watched: the sweep that follows finds it.
  listener.swept = () => {
    listener.swept = () => {};
    directory.putNow('A', token('first change'));
  };
  listener.verdict = ({ bytes }) => {
    if (Buffer.from(bytes).toString() === token('first change'))
      directory.putNow('A', token('second change'));
    return 'accepted';
  };
  const store = new NscDirectoryStore({
    dir: directory.dir,
    readOnly: true,
    sweepMs: 600_000,
    log: new KeptLog(),
  });
  onTestFinished(() => store.close());
  await store.start(listener);
  await holds(listener, slot, token('second change'));
});

/** Makes a directory that has this inode number, if the file system gives it out again soon. */
function makeWithInode(path: string, ino: number): void {
  const others = Array.from({ length: 200 }, (_, i) => `${path}.${i}`);
  const made: string[] = [];
  for (const other of others) {
    mkdirSync(other);
    made.push(other);
    if (statSync(other).ino === ino) break;
  }
  renameSync(made.pop() ?? '', path);
  for (const other of made) rmdirSync(other);
}

test('the root is removed and another one is made that has its inode number', async () => {
  const directory = await OperatorDirectory.make(['A', 'B']);
  const [root, accounts] = [directory.dir, directory.path('accounts')].map((path) => statSync(path).ino);
  const { listener } = await openNsc(directory.dir);
  rmSync(directory.dir, { recursive: true });
  makeWithInode(directory.dir, root ?? 0);
  makeWithInode(`${directory.dir}.accounts`, accounts ?? 0);
  renameSync(`${directory.dir}.accounts`, directory.path('accounts'));
  writeFileSync(directory.path('op.jwt'), 'operator');
  for (const name of ['A', 'B']) directory.putNow(name, token(`${name} anew`));
  await listener.sweptAnew(1);
  await writeFile(directory.path('op.jwt'), 'another operator');
  await listener.until('the operator is read', () => listener.operators.at(-1) === 'another operator');
  for (const name of ['A', 'C']) {
    await directory.put(name, token(`${name} later`));
    await holds(listener, directory.slot(name), token(`${name} later`));
  }
});

test('the directory of the root is replaced by another one', async () => {
  const stores = join(tempDir(), 'stores');
  const directory = await OperatorDirectory.make(['A', 'B']);
  await mkdir(stores);
  await rename(directory.dir, join(stores, 'op'));
  const { listener } = await openNsc(join(stores, 'op'));
  const other = await OperatorDirectory.make(['A', 'B']);
  await other.put('A', token('other'));
  await mkdir(`${stores}.new`);
  await rename(other.dir, join(`${stores}.new`, 'op'));
  await rename(stores, `${stores}.old`);
  await rename(`${stores}.new`, stores);
  await holds(listener, directory.slot('A'), token('other'));
  expect(listener.calls.filter((call) => call.startsWith('gone'))).toEqual([]);
});
