import { symlinkSync, unlinkSync } from 'node:fs';
import { mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NscDirectoryStore } from '../../src/store/nsc-directory.js';
import { KeptLog } from '../support/accounts.js';
import { tempDir } from '../support/temp.js';
import { KeptListener } from './kept-listener.js';
import { openNsc, WAYS } from './opened.js';
import { mintTrusted, OperatorDirectory, token } from './operator-directory.js';

const NAMES = ['A', 'B', 'C', 'D'];

describe.each(WAYS)('W8: the store fails and returns, noticed $way', ({ watch, sweepMs }) => {
  const open = (dir: string) => openNsc(dir, { watch, sweepMs });
  const gone = (listener: KeptListener): string[] => listener.calls.filter((call) => call.startsWith('gone'));

  test('the root vanishes and returns', async () => {
    const directory = await OperatorDirectory.make(NAMES);
    const { listener } = await open(directory.dir);
    await rename(directory.dir, `${directory.dir}.away`);
    await listener.heard('down');
    expect(listener.outages[0]).toContain('no such file or directory');
    await directoryEdit(`${directory.dir}.away`, 'A', token('changed meanwhile'));
    await rename(`${directory.dir}.away`, directory.dir);
    await listener.heard('up');
    // All readings were given before.
    expect(
      listener.calls.slice(listener.calls.lastIndexOf('down'), -1).filter((call) => call.startsWith('read'))
        .length,
    ).toBe(4);
    expect(listener.texts.get(directory.slot('A'))).toBe(token('changed meanwhile'));
    expect(gone(listener)).toEqual([]);
    expect(listener.outages.length).toBe(1);
  });

  test('accounts/ vanishes; what is really missing afterwards is gone then', async () => {
    const directory = await OperatorDirectory.make(NAMES);
    const { listener } = await open(directory.dir);
    await rename(directory.path('accounts'), directory.path('away'));
    await listener.heard('down');
    expect(listener.outages).toEqual(['accounts/ is missing']);
    await rm(directory.path('away/B'), { recursive: true });
    await unlink(directory.path('away/C/C.jwt'));
    await rename(directory.path('away'), directory.path('accounts'));
    await listener.heard('up');
    await listener.heard(`gone ${directory.slot('B')}`);
    await listener.heard(`gone ${directory.slot('C')}`);
    expect(gone(listener).length).toBe(2);
  });

  test('all accounts vanish at one blow, directory by directory', async () => {
    const directory = await OperatorDirectory.make(NAMES);
    const { listener } = await open(directory.dir);
    for (const name of NAMES) await directory.remove(name);
    await listener.heard('down');
    expect(listener.outages).toEqual(['all 4 accounts vanished at one blow']);
    expect(gone(listener)).toEqual([]);
    await directory.put('C', token('C'));
    await listener.heard('up');
    for (const name of ['A', 'B', 'D']) await listener.heard(`gone ${directory.slot(name)}`);
    expect(listener.calls.indexOf('up')).toBeLessThan(
      listener.calls.findIndex((call) => call.startsWith('gone')),
    );
    expect(listener.texts.has(directory.slot('C'))).toBe(true);
    expect(listener.outages.length).toBe(1);
  });

  test('a removal of everything that takes its time is still one blow', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `account-${i}`);
    const directory = await OperatorDirectory.make(names);
    const { listener } = await open(directory.dir);
    const beganAt = performance.now();
    // However slow the machine is, it takes not much longer.
    for (let removed = 0; removed < names.length; await delay(5)) {
      const due = (performance.now() - beganAt) / 10;
      for (; removed < Math.min(due, names.length); removed++) directory.removeNow(names[removed] ?? '');
    }
    await listener.heard('down');
    expect(gone(listener)).toEqual([]);
  });

  test('all account files vanish while their directories stay', async () => {
    const directory = await OperatorDirectory.make(NAMES);
    const { listener } = await open(directory.dir);
    await Promise.all(NAMES.map((name) => unlink(directory.path(directory.slot(name)))));
    await listener.heard('down');
    expect(gone(listener)).toEqual([]);
  });

  test('a link to the root that is missing for a moment is no outage', async () => {
    const directory = await OperatorDirectory.make(NAMES);
    const link = join(tempDir(), 'current');
    await symlink(directory.dir, link);
    const { listener } = await open(link);
    unlinkSync(link);
    await delay(30);
    symlinkSync(directory.dir, link);
    await directory.put('A', token('after'));
    await listener.until(
      'changes are read',
      () => listener.texts.get(directory.slot('A')) === token('after'),
    );
    await delay(250);
    expect(listener.outages).toEqual([]);
    expect(gone(listener)).toEqual([]);
  });

  test('many accounts removed one by one with pauses are a deletion while one is left', async () => {
    const directory = await OperatorDirectory.make(NAMES);
    const { listener } = await open(directory.dir);
    for (const name of ['A', 'B', 'C']) {
      await directory.remove(name);
      await listener.heard(`gone ${directory.slot(name)}`);
    }
    expect(listener.outages).toEqual([]);
  });
});

describe('at the start', () => {
  test('a missing root is told, waited for, and read when it appears', async () => {
    const directory = await OperatorDirectory.make(['A']);
    await rename(directory.dir, `${directory.dir}.later`);
    const { listener, store } = await openNsc(directory.dir);
    expect(listener.outages.length).toBe(1);
    expect(listener.sweeps).toEqual([]);
    expect(store.writable).toBe(false);
    await rename(`${directory.dir}.later`, directory.dir);
    await listener.heard('up');
    expect([...listener.texts.keys()]).toEqual([directory.slot('A')]);
    expect(listener.operators.length).toBe(1);
  });

  test('a root that is a file is told as such', async () => {
    const file = join(tempDir(), 'file');
    await writeFile(file, '');
    const { listener } = await openNsc(file);
    expect(listener.outages).toEqual([`${file} is not a directory`]);
  });

  test('a link in a circle is told as such', async () => {
    const link = join(tempDir(), 'loop');
    await symlink('loop', link);
    const { listener } = await openNsc(link);
    expect(listener.outages[0]).toContain('circle');
  });
});

test('nothing is written while the store is unavailable: a deleted directory is not brought back by a push', async () => {
  const directory = await OperatorDirectory.make(NAMES);
  const listener = new KeptListener();
  const store = new NscDirectoryStore({
    dir: directory.dir,
    readOnly: false,
    sweepMs: 40,
    watch: false,
    log: new KeptLog(),
  });
  onTestFinished(() => store.close());
  await store.start(listener);
  await rename(directory.path('accounts'), directory.path('away'));
  await listener.heard('down');
  await expect(store.save(mintTrusted())).rejects.toMatchObject({ code: 'store.unavailable' });
  await rename(directory.path('away'), directory.path('accounts'));
  await listener.heard('up');
  await store.save(mintTrusted({ name: 'new' }));
  expect(listener.texts.has(directory.slot('new'))).toBe(true);
});

async function directoryEdit(dir: string, name: string, text: string): Promise<void> {
  await mkdir(join(dir, 'accounts', name), { recursive: true });
  await writeFile(join(dir, 'accounts', name, `${name}.jwt`), text);
}
