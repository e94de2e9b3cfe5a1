import { describe, expect, test } from 'vitest';
import { FleetUnderTest } from './fleet-under-test.js';

const KEYS = ['A', 'B', 'C'];

/** Three servers that run A, B and C, connected and compared. */
async function threeServers(options = {}): Promise<FleetUnderTest> {
  const it = new FleetUnderTest(options);
  for (const key of KEYS) it.published.publish(key, `${key}1`);
  it.addServers(['N1', 'N2', 'N3'], KEYS);
  it.net.connect();
  await it.clock.pass(5_000);
  return it;
}

const effects = (it: FleetUnderTest, key: string) => it.fleet.account(key)?.cells.map(({ effect }) => effect);

describe('a change', () => {
  test('reaches every server at once and is proven', async () => {
    const it = await threeServers();
    it.change('A', 'A2');
    await it.clock.pass(100);
    expect(it.net.noticesOf('A')).toEqual(['A2']);
    expect(it.meter.notices).toEqual({ applied: 3 });
    expect(effects(it, 'A')).toEqual(['current', 'current', 'current']);
    expect(it.fleet.account('A')).toMatchObject({ effective: true, work: 'idle' });
    expect(it.meter.propagations).toHaveLength(1);
    expect(it.meter.propagations[0]).toBeLessThan(0.1);
  });

  test('to the same text is none', async () => {
    const it = await threeServers();
    it.change('A', 'A1');
    await it.clock.pass(100);
    expect(it.net.sent).toEqual([]);
  });

  test('of an account that nobody has loaded needs no proof', async () => {
    const it = await threeServers();
    const { compareAll } = it.net.asked;
    it.change('X', 'X1');
    await it.clock.pass(100);
    expect(it.meter.notices).toEqual({ not_loaded: 3 });
    expect(effects(it, 'X')).toEqual(['not_loaded', 'not_loaded', 'not_loaded']);
    expect(it.fleet.account('X')?.effective).toBe(true);
    expect(it.net.asked.compareAll).toBe(compareAll);
    expect(it.meter.propagations).toEqual([]);
  });

  test('after change: only the newest follows, and only when the first was answered', async () => {
    const it = await threeServers({ noticesPerSecond: 1_000_000 });
    it.change('A', 'A2');
    it.change('A', 'A3');
    it.change('A', 'A4');
    const { compareAll } = it.net.asked;
    await it.clock.pass(100);
    // The first left before the others came; what lay between was never sent.
    expect(it.net.noticesOf('A')).toEqual(['A2', 'A4']);
    expect(it.running('A')).toEqual(['A4', 'A4', 'A4']);
    const [first, second] = it.net.sent;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(1);
    // What is outdated already needs no proof.
    expect(it.net.asked.compareAll).toBe(compareAll + 1);
  });

  test('is withdrawn before its turn: nothing is sent', async () => {
    const it = await threeServers({ noticesPerSecond: 10 });
    it.change('A', 'A2');
    it.change('B', 'B2');
    it.published.texts.delete('B');
    it.fleet.changed('B');
    await it.clock.pass(1_000);
    expect(it.net.noticesOf('B')).toEqual([]);
    expect(it.fleet.status().underWay).toBe(0);
  });

  test('before the fleet is started, or after it is closed, is nobody’s business', async () => {
    const it = await threeServers();
    it.fleet.close();
    it.change('A', 'A2');
    expect(it.fleet.notify('A')).toBe('away');
    await it.clock.pass(100_000);
    expect(it.net.sent).toEqual([]);
  });
});

test('a failure that nobody expected is logged, and the rest goes on', async () => {
  const it = await threeServers();
  const notice = it.meter.notice.bind(it.meter);
  it.meter.notice = () => {
    it.meter.notice = notice;
    throw new Error('a meter that cannot count');
  };
  it.change('A', 'A2');
  it.change('B', 'B2');
  await it.clock.pass(1_000);
  expect(it.log.count('unexpected failure of the delivery to nats-servers')).toBe(1);
  expect(it.fleet.account('B')?.effective).toBe(true);
  expect(it.fleet.account('A')?.work).toBe('idle');
});

test('after such a failure nothing is taken for granted until the servers were looked at again', async () => {
  const it = await threeServers();
  const notice = it.meter.notice.bind(it.meter);
  it.meter.notice = () => {
    it.meter.notice = notice;
    throw new Error('a meter that cannot count');
  };
  it.change('X', 'X1');
  await it.clock.pass(1_000);
  expect(it.fleet.account('X')).toMatchObject({ state: 'pending', work: 'idle' });
  await it.clock.pass(75_000);
  expect(it.fleet.account('X')?.state).toBe('effective');
});

describe('many changes', () => {
  test('are paced', async () => {
    const it = await threeServers({ noticesPerSecond: 100 });
    for (let n = 0; n < 300; n++) it.change(`X${n}`, 'text');
    expect(it.fleet.status().queued).toBe(299);
    await it.clock.pass(1_000);
    expect(it.net.sent.length).toBeGreaterThan(95);
    expect(it.net.sent.length).toBeLessThanOrEqual(102);
    await it.clock.pass(2_500);
    expect(it.net.sent).toHaveLength(300);
  });

  test('go out exporters first, whatever the order they came in; a circle does no harm', async () => {
    const it = await threeServers({ noticesPerSecond: 10 });
    it.change('first', 'text');
    it.change('importer', 'text', ['exporter', 'elsewhere']);
    it.change('other', 'text', ['importer']);
    it.change('exporter', 'text', ['source']);
    it.change('source', 'text', ['importer']);
    await it.clock.pass(2_000);
    expect(it.net.sent.map(({ key }) => key)).toEqual(['first', 'source', 'exporter', 'importer', 'other']);
  });
});

describe('a notice on request', () => {
  test('goes out although nothing changed', async () => {
    const it = await threeServers();
    expect(it.fleet.notify('A')).toBe('queued');
    await it.clock.pass(100);
    expect(it.net.noticesOf('A')).toEqual(['A1']);
  });

  test('says when nobody is there, or nothing is published', async () => {
    const it = await threeServers();
    expect(it.fleet.notify('nothing')).toBe('unknown');
    it.net.disconnect();
    expect(it.fleet.notify('A')).toBe('away');
    await it.clock.pass(100);
    it.net.connect();
    await it.clock.pass(10_000);
    expect(it.net.sent).toEqual([]);
  });
});

describe('a server that refuses', () => {
  test('is asked again with growing pauses until it takes the token; it is reported once', async () => {
    const it = await threeServers();
    const [, second] = [...it.net.servers.values()];
    if (second === undefined) throw new Error('no second server');
    second.refuses = 'jwt store is full';
    it.change('A', 'A2');
    await it.clock.pass(10_000);
    const times = it.net.sent.map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps.length).toBeGreaterThanOrEqual(3);
    for (const [index, gap] of gaps.slice(1).entries()) expect(gap).toBeGreaterThan((gaps[index] ?? 0) * 1.5);
    expect(it.log.count('server refused the account update')).toBeGreaterThan(3);
    expect(
      it.log.lines.filter(({ level, message }) => level === 'warn' && /refused/.test(message)),
    ).toHaveLength(1);
    expect(it.fleet.account('A')?.effective).toBe(false);
    second.refuses = undefined;
    await it.clock.pass(60_000);
    expect(it.running('A')).toEqual(['A2', 'A2', 'A2']);
    expect(it.fleet.account('A')?.effective).toBe(true);
  });

  test('a newer version does not wait for the pause to end', async () => {
    const it = await threeServers();
    for (const server of it.net.servers.values()) server.refuses = 'no';
    it.change('A', 'A2');
    await it.clock.pass(30_000);
    for (const server of it.net.servers.values()) server.refuses = undefined;
    it.change('A', 'A3');
    await it.clock.pass(100);
    expect(it.running('A')).toEqual(['A3', 'A3', 'A3']);
  });
});

describe('a server that was just fetching', () => {
  test('is asked again after its fetch must have ended, and gets the newest', async () => {
    const it = await threeServers();
    it.published.publish('X', 'X1');
    const published = it.published.texts.get('X');
    if (published !== undefined) published.lastServedAtMs = it.clock.now();
    const [first] = [...it.net.servers.values()];
    it.clock.after(1_500, () => first?.loaded.set('X', { jwt: 'X1', complete: true }));
    it.change('X', 'X2');
    await it.clock.pass(1_000);
    expect(it.fleet.account('X')).toMatchObject({ effective: false, work: 'resting' });
    await it.clock.pass(1_500);
    expect(first?.loaded.get('X')?.jwt).toBe('X2');
    expect(it.net.noticesOf('X')).toEqual(['X2', 'X2']);
    expect(it.meter.repaired).toBe(1);
    expect(it.fleet.account('X')?.effective).toBe(true);
  });

  test('an account that was fetched long ago needs no second look', async () => {
    const it = await threeServers();
    const published = it.published.texts.get('A');
    if (published !== undefined) published.lastServedAtMs = it.clock.now() - 6_000;
    it.change('A', 'A2');
    await it.clock.pass(100);
    expect(it.fleet.account('A')).toMatchObject({ effective: true, work: 'idle' });
  });
});

describe('imports that a server could not resolve', () => {
  test('an importer is sent once more when its exporter has arrived', async () => {
    const it = await threeServers();
    it.published.publish('A', 'A1', ['E']);
    for (const server of it.net.servers.values()) {
      server.loaded.set('A', { jwt: 'A2', complete: false });
    }
    it.change('A', 'A2', ['E']);
    await it.clock.pass(5_000);
    expect(effects(it, 'A')).toEqual(['incomplete', 'incomplete', 'incomplete']);
    expect(it.fleet.account('A')?.effective).toBe(false);
    // Nobody publishes the exporter, so there is no point in sending the importer again.
    expect(it.net.noticesOf('A')).toEqual(['A2']);
    it.change('E', 'E1');
    for (const server of it.net.servers.values()) server.completes.add('A');
    await it.clock.pass(1_000);
    expect(it.net.noticesOf('A')).toEqual(['A2', 'A2']);
    expect(effects(it, 'A')).toEqual(['current', 'current', 'current']);
  });

  test('one whose exporter is there is sent twice more, not for ever', async () => {
    const it = await threeServers({ proofMaxAgeMs: 60_000 });
    for (const server of it.net.servers.values()) {
      server.loaded.set('A', { jwt: 'A1', complete: false });
      server.loaded.set('E', { jwt: 'E1', complete: true });
    }
    it.change('E', 'E1');
    it.change('A', 'A2', ['E']);
    await it.clock.pass(600_000);
    expect(it.net.noticesOf('A')).toEqual(['A2', 'A2', 'A2']);
  });
});
