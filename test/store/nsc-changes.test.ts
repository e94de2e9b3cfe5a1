import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openNsc, WAYS } from './opened.js';
import { OperatorDirectory, token } from './operator-directory.js';

describe.each(WAYS)('changes are found $way', ({ watch, sweepMs }) => {
  const open = (directory: OperatorDirectory) => openNsc(directory.dir, { watch, sweepMs });

  test('in place, by replacement, and as a whole directory', async () => {
    const directory = await OperatorDirectory.make(['A', 'B']);
    const { listener } = await open(directory);
    const has = (name: string, text: string) => () => listener.texts.get(directory.slot(name)) === text;

    await directory.put('A', token('in place'));
    await listener.until('the edit is read', has('A', token('in place')));
    await directory.replace('A', token('replaced'));
    await listener.until('the replacement is read', has('A', token('replaced')));

    await mkdir(directory.path('A.new'));
    await writeFile(directory.path('A.new/A.jwt'), token('other directory'));
    await rename(directory.path('accounts/A'), directory.path('A.old'));
    await rename(directory.path('A.new'), directory.path('accounts/A'));
    await listener.until('the other directory is read', has('A', token('other directory')));
    await directory.put('A', token('edited there'));
    await listener.until('an edit there is read', has('A', token('edited there')));

    expect(listener.count(`read ${directory.slot('B')}`)).toBe(1);
    expect(listener.calls.filter((call) => /gone|down|unreadable/.test(call))).toEqual([]);
  });

  test('accounts/ replaced as a whole', async () => {
    const directory = await OperatorDirectory.make(['A', 'B']);
    const other = await OperatorDirectory.make(['A', 'B', 'C']);
    const { listener } = await open(directory);
    await rename(directory.path('accounts'), directory.path('accounts.old'));
    await rename(other.path('accounts'), directory.path('accounts'));
    await listener.heard(`read ${directory.slot('C')}`);
    await directory.put('A', token('edited there'));
    await listener.until(
      'an edit there is read',
      () => listener.texts.get(directory.slot('A')) === token('edited there'),
    );
    expect(listener.calls.filter((call) => /gone|down|unreadable/.test(call))).toEqual([]);
  });

  test('a deleted account is gone, the others stay', async () => {
    const directory = await OperatorDirectory.make(['A', 'B', 'C']);
    const { listener } = await open(directory);
    await directory.remove('B');
    await listener.heard(`gone ${directory.slot('B')}`);
    expect([...listener.texts.keys()].sort()).toEqual([directory.slot('A'), directory.slot('C')]);
    expect(listener.outages).toEqual([]);
  });

  test('the last account of all can be deleted too', async () => {
    const directory = await OperatorDirectory.make(['A']);
    const { listener } = await open(directory);
    await directory.remove('A');
    await listener.heard(`gone ${directory.slot('A')}`);
    expect(listener.outages).toEqual([]);
  });

  test('an account whose file went while its directory stays is gone', async () => {
    const directory = await OperatorDirectory.make(['A', 'B']);
    const { listener } = await open(directory);
    await writeFile(directory.path('accounts/A/notes.txt'), 'foreign');
    await rm(directory.path(directory.slot('A')));
    await listener.heard(`gone ${directory.slot('A')}`);
  });

  test('a renamed account is read in its new place before it is gone from the old', async () => {
    const directory = await OperatorDirectory.make(['A', 'B']);
    const { listener } = await open(directory);
    await directory.put('renamed', token('A'));
    await directory.remove('A');
    await listener.heard(`gone ${directory.slot('A')}`);
    const [read, gone] = [`read ${directory.slot('renamed')}`, `gone ${directory.slot('A')}`].map((call) =>
      listener.calls.indexOf(call),
    );
    expect(read).toBeGreaterThan(0);
    expect(gone).toBeGreaterThan(read ?? 0);
  });

  test('a file that is removed and written again at once was never gone', async () => {
    const directory = await OperatorDirectory.make(['A', 'B']);
    const { listener } = await open(directory);
    directory.removeNow('A');
    await delay(50);
    directory.putNow('A', token('back'));
    await listener.until('it is read', () => listener.texts.get(directory.slot('A')) === token('back'));
    await delay(400);
    expect(listener.calls.filter((call) => call.startsWith('gone'))).toEqual([]);
  });

  test('the same length in the same tick of the clock is still seen', async () => {
    const directory = await OperatorDirectory.make(['A']);
    const { listener } = await open(directory);
    const time = new Date();
    for (const content of ['aaaa', 'bbbb', 'cccc']) {
      await directory.put('A', token(content));
      await utimes(directory.path(directory.slot('A')), time, time);
    }
    await listener.until(
      'the last one is read',
      () => listener.texts.get(directory.slot('A')) === token('cccc'),
    );
  });

  test('a touched file is reported with its new time, an untouched one not at all', async () => {
    const directory = await OperatorDirectory.make(['A', 'B']);
    const { listener } = await open(directory);
    // Whole seconds, which every file system keeps.
    const later = new Date(Math.ceil(Date.now() / 1000) * 1000 + 60_000);
    await utimes(directory.path(directory.slot('A')), later, later);
    await listener.until(
      'the time is seen',
      () => listener.readings.get(directory.slot('A'))?.modifiedAtMs === later.getTime(),
    );
    await delay(150);
    expect(listener.count(`read ${directory.slot('B')}`)).toBe(1);
  });
});

describe('half-written files', () => {
  test('an empty file is given a moment before it is reported', async () => {
    const directory = await OperatorDirectory.make(['A', 'B']);
    const { listener } = await openNsc(directory.dir);
    directory.putNow('A', '');
    await delay(60);
    directory.putNow('A', token('complete'));
    await listener.until('it is read', () => listener.texts.get(directory.slot('A')) === token('complete'));
    await directory.put('B', '');
    await listener.until('the empty one is reported', () => listener.texts.get(directory.slot('B')) === '');
    expect(listener.count(`read ${directory.slot('A')}`)).toBe(2);
    expect(listener.count(`read ${directory.slot('B')}`)).toBe(2);
  });

  test('an unsettled text is reported at once and looked at again soon, without an event', async () => {
    const directory = await OperatorDirectory.make(['A']);
    const { listener, store } = await openNsc(directory.dir, { watch: false });
    await directory.put('A', 'header.pay');
    await store.reread();
    expect(listener.texts.get(directory.slot('A'))).toBe('header.pay');
    await directory.put('A', token('complete'));
    await listener.until(
      'it is complete',
      () => listener.texts.get(directory.slot('A')) === token('complete'),
    );
  });

  test.each(['garbage', ''])(
    'a text that stays bad is reported as settled, and then no more: %j',
    async (text) => {
      const directory = await OperatorDirectory.make(['A']);
      const slot = directory.slot('A');
      const { listener } = await openNsc(directory.dir, { watch: false, sweepMs: 30 });
      await directory.put('A', text);
      const isSettled = () => listener.readings.get(slot)?.settled === true;
      await listener.until('it is settled', isSettled);
      expect(listener.texts.get(slot)).toBe(text);
      const reports = listener.count(`read ${slot}`);
      await delay(600);
      await listener.sweptAnew();
      expect(listener.count(`read ${slot}`)).toBe(reports);
      await directory.put('A', 'other garbage');
      await listener.until('the other is reported', () => listener.texts.get(slot) === 'other garbage');
      expect(isSettled()).toBe(false);
      await listener.until('and settled', isSettled);
    },
  );

  test('a text that changes all the time is not settled', async () => {
    const directory = await OperatorDirectory.make(['A']);
    const slot = directory.slot('A');
    const { listener } = await openNsc(directory.dir);
    const isSettled = () => listener.readings.get(slot)?.settled === true;
    for (let i = 0; i < 20; i++) {
      directory.putNow('A', `half ${i}`);
      await delay(40);
      expect(isSettled()).toBe(false);
    }
    await listener.until('it is settled', isSettled);
    expect(listener.texts.get(slot)).toBe('half 19');
  });

  test('W6: 1,000 truncate-and-write edits are never reported torn for good, and the last one wins', async () => {
    const directory = await OperatorDirectory.make(['A']);
    const { listener } = await openNsc(directory.dir);
    const file = directory.path(directory.slot('A'));
    for (let i = 0; i < 1000; i++) await writeFile(file, token(`edit ${i}`));
    await listener.until(
      'the last edit is read',
      () => listener.texts.get(directory.slot('A')) === token('edit 999'),
    );
    expect(listener.calls.filter((call) => /gone|down/.test(call))).toEqual([]);
  });
});
