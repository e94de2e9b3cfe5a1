import { expect, test } from 'vitest';
import { bytesOf, keptOutside, moveText } from '../../src/claims/kept-account.js';
import { mintTrusted } from '../store/operator-directory.js';

/** Keeps bytes somewhere in the middle of a slab. */
function keep(bytes: Uint8Array) {
  const slab = Buffer.alloc(bytes.length + 20, '#');
  slab.set(bytes, 10);
  return { slab, start: 10, end: 10 + bytes.length };
}

test('the bytes of an account are its text, wherever that is kept', () => {
  const account = mintTrusted({ name: 'Ä' });
  const kept = keptOutside(account, keep);
  expect([account, kept].map((one) => bytesOf(one).toString())).toEqual([account.text, account.text]);
  const before = bytesOf(kept);
  moveText(kept, keep);
  expect(bytesOf(kept).buffer).not.toBe(before.buffer);
  expect([before, bytesOf(kept)].map(String)).toEqual([account.text, account.text]);
});

test('the bytes of what is kept are not copied', () => {
  const kept = keptOutside(mintTrusted({ name: 'A' }), keep);
  expect(bytesOf(kept).buffer).toBe(bytesOf(kept).buffer);
});
