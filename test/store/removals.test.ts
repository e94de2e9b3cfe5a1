import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { NscLayout } from '../../src/store/nsc-layout.js';
import { Removals } from '../../src/store/removals.js';
import { Reports } from '../../src/store/reports.js';
import { RootFolder } from '../../src/store/root-folder.js';
import { SlotReader } from '../../src/store/slot-reader.js';
import { Turns } from '../../src/store/turns.js';
import { KeptListener } from './kept-listener.js';
import { OperatorDirectory, token } from './operator-directory.js';

/** Removals over real files, with what they ask of the layout. */
async function setUp(names: readonly string[]) {
  const directory = await OperatorDirectory.make([...names]);
  const real = new NscLayout(new RootFolder(directory.dir));
  await real.list();
  const asked: string[] = [];
  const layout = {
    list: () => {
      asked.push('list');
      return real.list();
    },
    locate: async (slot: string) => {
      const place = await real.locate(slot);
      asked.push(`look at ${slot}`);
      return place;
    },
    resolve: (path: string) => real.resolve(path),
    hint: (key: string, name: string | null) => real.hint(key, name),
  };
  const listener = new KeptListener();
  const reports = new Reports();
  reports.begin(listener);
  const reader: SlotReader = new SlotReader(layout, reports, {
    missing: (slot) => removals.suspect(slot),
    present: (slot) => removals.clear(slot),
  });
  const removals = new Removals({
    layout,
    reports,
    reader,
    turns: new Turns(),
    unlisted: () => undefined,
  });
  for (const name of names) await reader.look(directory.slot(name));
  asked.length = 0;
  return { directory, listener, reader, asked };
}

test('a file that is there again when it is looked at once more costs no listing', async () => {
  const { directory, listener, reader, asked } = await setUp(['A', 'B', 'C']);
  const [a, b] = [directory.slot('A'), directory.slot('B')];
  await rm(directory.path(a));
  await reader.look(a);
  directory.putNow('A', token('A again'));
  await listener.heard(`read ${a}`, 2);
  expect(asked).toEqual([`look at ${a}`, `look at ${a}`]);
  await rm(directory.path(b));
  await reader.look(b);
  await listener.heard(`gone ${b}`);
  expect(asked.filter((what) => what === 'list')).toEqual(['list']);
});
