import { describe, expect, test } from 'vitest';
import { FleetUnderTest } from './fleet-under-test.js';

/** Three servers that run A, B and C, connected and compared. */
async function threeServers(options = {}): Promise<FleetUnderTest> {
  const test = new FleetUnderTest(options);
  for (const key of ['A', 'B', 'C']) test.published.publish(key, `${key}1`);
  test.addServers(['N1', 'N2', 'N3'], ['A', 'B', 'C']);
  test.net.connect();
  await test.clock.pass(5_000);
  return test;
}

describe('a change', () => {
  test('reaches every server at once and is proven', async () => {
    const { clock, net, fleet, meter, ...it } = await threeServers();
    Object.assign(it, { clock, net, fleet, meter });
    const under = it as unknown as FleetUnderTest;
    under.published.publish('A', 'A2');
    fleet.changed('A');
    await clock.pass(100);
    expect(under.net.sent.map(({ text }) => text)).toEqual(['A2']);
    expect(meter.notices).toEqual({ applied: 3 });
    expect(fleet.account('A')?.effective).toBe(true);
    expect(fleet.account('A')?.cells.map(({ effect }) => effect)).toEqual(['current', 'current', 'current']);
    expect(meter.propagations).toHaveLength(1);
  });
});
