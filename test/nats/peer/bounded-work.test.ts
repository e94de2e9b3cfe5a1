import { describe, expect, test } from 'vitest';
import { BoundedWork } from '../../../src/nats/peer/bounded-work.js';

/** Work that ends when it is told to. */
class Gate {
  readonly begun: string[] = [];
  readonly #ends: (() => void)[] = [];

  work(name: string): () => Promise<void> {
    return () => {
      this.begun.push(name);
      return new Promise((resolve) => this.#ends.push(resolve));
    };
  }

  endOne(): void {
    this.#ends.shift()?.();
  }
}

const bounded = (atOnce: number, waiting: number, failures: unknown[] = []): BoundedWork =>
  new BoundedWork({ atOnce, waiting }, (error) => failures.push(error));

describe('bounded work', () => {
  test('so much at once, the rest in order', async () => {
    const gate = new Gate();
    const work = bounded(2, 10);
    for (const name of ['a', 'b', 'c', 'd']) expect(work.take(1, gate.work(name))).toBe(true);
    expect(gate.begun).toEqual(['a', 'b']);
    gate.endOne();
    await expect.poll(() => gate.begun).toEqual(['a', 'b', 'c']);
    gate.endOne();
    await expect.poll(() => gate.begun).toEqual(['a', 'b', 'c', 'd']);
  });

  test('more than may wait is turned away, by cost, until there is room again', async () => {
    const gate = new Gate();
    const work = bounded(1, 10);
    expect(work.take(1_000, gate.work('at once'))).toBe(true);
    expect(work.take(7, gate.work('seven'))).toBe(true);
    expect(work.take(4, gate.work('too much'))).toBe(false);
    expect(work.take(3, gate.work('three'))).toBe(true);
    gate.endOne();
    await expect.poll(() => gate.begun).toEqual(['at once', 'seven']);
    expect(work.take(7, gate.work('again'))).toBe(true);
  });

  test('a failure is told, and what waits goes on', async () => {
    const failures: unknown[] = [];
    const work = bounded(1, 10, failures);
    const ended: string[] = [];
    work.take(1, () => Promise.reject(new Error('oops')));
    work.take(1, async () => void ended.push('next'));
    await work.idle();
    expect(ended).toEqual(['next']);
    expect(failures).toMatchObject([{ message: 'oops' }]);
  });

  test('is idle when all has ended, what waited too', async () => {
    const work = bounded(2, 100);
    await work.idle();
    let ended = 0;
    for (let index = 0; index < 20; index++) work.take(1, async () => void ended++);
    await work.idle();
    expect(ended).toBe(20);
  });
});
