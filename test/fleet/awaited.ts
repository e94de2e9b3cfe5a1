import type { FleetUnderTest } from './fleet-under-test.js';

/** An answer that is waited for, and when it came. */
export class Awaited<Answer> {
  answer: Answer | undefined;
  atMs: number | undefined;

  constructor(it: FleetUnderTest, promise: Promise<Answer>) {
    void promise.then((answer) => {
      this.answer = answer;
      this.atMs = it.clock.now();
    });
  }
}
