import { expect } from 'vitest';
import { ask } from '../http/support.js';
import { testWithSteppedClock } from '../support/faketime.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { startService } from '../support/service.js';

const HOUR = 3_600;

testWithSteppedClock(
  'R6: the clock is set forward and back by two hours: nothing is lost, and only expiry and the rule on the future change',
  async (clock) => {
    const operator = mintOperator();
    const tree = new OperatorTree(operator);
    const now = nowSeconds();
    const account = tree.add('A', { iat: now - 6 * HOUR });
    const short = tree.add('S', { iat: now - 6 * HOUR, exp: now + HOUR });
    const service = await startService(['--nsc', tree.dir, '--sweep', '200ms'], { env: clock.env });
    const served = new Map([account, short].map(({ key, jwt }) => [key, jwt]));

    const push = async (choices: { of?: MintedAccount; iat: number; exp?: number }): Promise<number> => {
      const { of = account, ...claims } = choices;
      const name = of === account ? 'A' : 'S';
      const { key, jwt } = mintAccount(operator, { name, identity: of.identity, ...claims });
      const { status } = await ask(service.url, `/jwt/v1/accounts/${key}`, { method: 'POST', body: jwt });
      if (status === 200) served.set(key, jwt);
      return status;
    };
    const expectAllServed = async (): Promise<void> => {
      for (const [key, jwt] of served) {
        expect(await ask(service.url, `/jwt/v1/accounts/${key}`)).toMatchObject({ status: 200, body: jwt });
      }
      expect(await ask(service.url, '/readyz')).toMatchObject({ status: 200 });
    };
    const checked = async (): Promise<number> =>
      (await ask(service.url, `/jwt/v1/accounts/${short.key}?check=true`)).status;
    /** Sets the clock, and makes sure that the service has it: `Date` is what its own clock says. */
    const step = async (seconds: number): Promise<void> => {
      clock.step(seconds);
      await expect
        .poll(async () => {
          const { headers } = await ask(service.url, '/healthz');
          return Math.abs(Date.parse(headers.date ?? '') / 1_000 - (nowSeconds() + seconds));
        })
        .toBeLessThan(30);
    };

    expect(await checked()).toBe(200);
    expect(await push({ iat: now - 5 * HOUR })).toBe(200);

    await step(2 * HOUR);
    await expectAllServed();
    expect(await checked()).toBe(404);
    expect(await push({ iat: now - 4 * HOUR })).toBe(200);
    expect(await push({ of: short, iat: now - 4 * HOUR, exp: now + HOUR })).toBe(400);
    expect(await push({ iat: now - 5 * HOUR })).toBe(409);
    await expectAllServed();

    await step(-2 * HOUR);
    await expectAllServed();
    expect(await checked()).toBe(200);
    expect(await push({ iat: now })).toBe(400);
    expect(await push({ iat: now - 5 * HOUR })).toBe(409);
    expect(await push({ iat: now - 3 * HOUR })).toBe(200);
    // The sweep and what it finds go by no wall clock.
    const { key, jwt } = tree.add('A', { iat: now - 2.5 * HOUR });
    served.set(key, jwt);
    await expect.poll(async () => (await ask(service.url, `/jwt/v1/accounts/${key}`)).body).toBe(jwt);
    await expectAllServed();

    await step(0);
    await expectAllServed();
    expect(await push({ iat: now })).toBe(200);
    await expectAllServed();
    service.kill('SIGTERM');
    expect(await service.exit).toEqual({ code: 0, signal: null });
    const again = await startService(['--nsc', tree.dir]);
    for (const [key, jwt] of served) {
      expect(await ask(again.url, `/jwt/v1/accounts/${key}`)).toMatchObject({ status: 200, body: jwt });
    }
  },
  120_000,
);
