import { Stats, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { identityOf } from '../../src/store/root-folder.js';
import { tempDir } from '../support/temp.js';

/** What `stat` says of a directory, with other words for some of it. */
function statsWith(other: Partial<Stats>): Stats {
  return Object.assign(Object.create(Stats.prototype), statSync(tempDir()), { dev: 1, ino: 2 }, other);
}

const BORN = { birthtimeMs: 1000, ctimeMs: 2000 };

test('a directory stays itself when something in it changes', () => {
  const later = { ...BORN, ctimeMs: 3000, mtimeMs: 3000, size: 9 };
  expect(identityOf('/a', statsWith(later))).toBe(identityOf('/a', statsWith(BORN)));
});

test.each([
  ['at another path', '/b', BORN],
  ['with another inode', '/a', { ...BORN, ino: 3 }],
  ['on another device', '/a', { ...BORN, dev: 3 }],
  ['with its inode, made later', '/a', { ...BORN, birthtimeMs: 1500 }],
])('a directory %s is another one', (_, path, other) => {
  expect(identityOf(path, statsWith(other))).not.toBe(identityOf('/a', statsWith(BORN)));
});

test.each([
  ['0', () => 0],
  ['the last change', (ctimeMs: number) => ctimeMs],
])('where the system gives %s for the time when it was made, that tells nothing', (_, birthtime) => {
  const [one, other] = [2000, 3000].map((ctimeMs) => statsWith({ ctimeMs, birthtimeMs: birthtime(ctimeMs) }));
  expect(one && other && identityOf('/a', one)).toBe(other && identityOf('/a', other));
});
