import { expect, test } from 'vitest';
import { KeyedQueue } from '../../src/accounts/keyed-queue.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('work of one key runs in order, one at a time; other keys run beside it', async () => {
  const queue = new KeyedQueue();
  const events: string[] = [];
  const work = (name: string) => async (): Promise<string> => {
    events.push(`${name}+`);
    await turn();
    events.push(`${name}-`);
    return name;
  };
  const results = await Promise.all([
    queue.run('k', work('a')),
    queue.run('k', work('b')),
    queue.run('other', work('c')),
  ]);
  expect(results).toEqual(['a', 'b', 'c']);
  expect(events.filter((event) => event[0] !== 'c')).toEqual(['a+', 'a-', 'b+', 'b-']);
  expect(events.indexOf('c+')).toBeLessThan(events.indexOf('a-'));
});

test('a failure is the caller’s, and the next work runs all the same', async () => {
  const queue = new KeyedQueue();
  const failed = queue.run('k', () => Promise.reject(new Error('no')));
  const next = queue.run('k', async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('idle waits for everything that was queued', async () => {
  const queue = new KeyedQueue();
  let done = 0;
  for (let i = 0; i < 5; i++) {
    void queue.run('k', async () => {
      await turn();
      done++;
    });
  }
  await queue.idle();
  expect(done).toBe(5);
});
