import { existsSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { removeLeftovers } from '../../src/store/leftovers.js';
import { NscLayout } from '../../src/store/nsc-layout.js';
import { RootFolder } from '../../src/store/root-folder.js';
import { temporaryName } from '../../src/store/temporary-files.js';
import { FileThread } from '../../src/store/thread/file-thread.js';
import { OperatorDirectory, token } from './operator-directory.js';

const FAILING = new URL('data:text/javascript,throw new Error("made to fail")');
const ALWAYS = { read: 0, stamp: 0, listBytes: 0 };
const NEVER = { ...ALWAYS, read: Number.POSITIVE_INFINITY };

test.each([
  { how: 'by the thread', make: () => new FileThread({ worth: ALWAYS }) },
  { how: 'without the thread', make: () => new FileThread({ worth: NEVER }) },
  { how: 'when the thread fails', make: () => new FileThread({ program: FAILING, worth: ALWAYS }) },
])('what a killed process left behind is removed, and nothing else ($how)', async ({ make }) => {
  const directory = await OperatorDirectory.make(['A', 'B', 'C']);
  // No process has this id: it is beyond what Linux gives.
  const left = ['A', 'B'].map((name) =>
    directory.path('accounts', name, `.nats-account-server-${2 ** 23}-01234567-3.tmp`),
  );
  const stays = [
    directory.path('accounts/A', temporaryName()),
    directory.path('accounts/C/notes.tmp'),
    directory.path(directory.slot('C')),
  ];
  for (const path of [...left, ...stays]) await writeFile(path, token('any'));
  await symlink('B', directory.path('accounts/LINKED'));
  const layout = new NscLayout(new RootFolder(directory.dir));
  const listing = await layout.list();
  if (!listing.ok) throw new Error(listing.problem);
  const thread = make();
  expect(await removeLeftovers(listing.places, thread, () => false)).toBe(2);
  thread.close();
  expect(left.filter(existsSync)).toEqual([]);
  expect(stays.filter(existsSync)).toEqual(stays);
});
