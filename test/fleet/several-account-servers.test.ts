import { describe, expect, test } from 'vitest';
import { Contest } from '../../src/fleet/contest.js';
import type { Precedence } from '../../src/fleet/ports.js';
import { FleetUnderTest } from './fleet-under-test.js';

const HOUR_MS = 3_600_000;

/** Two account servers that hear each other's notices after a moment, as the wire tells them. */
async function two(options = {}): Promise<[FleetUnderTest, FleetUnderTest]> {
  const one = new FleetUnderTest(options);
  const other = new FleetUnderTest(options, () => 0.4, one);
  for (const it of [one, other]) for (const key of ['A', 'B']) it.published.publish(key, `${key}1`);
  one.addServers(['N1', 'N2', 'N3'], ['A', 'B']);
  hears(one, other);
  hears(other, one);
  one.net.connect();
  other.net.connect();
  await one.clock.pass(5_000);
  return [one, other];
}

/** One of them, while the other one is away. */
async function alone(): Promise<FleetUnderTest> {
  const [one, other] = await two();
  other.net.disconnect();
  return one;
}

function hears(listener: FleetUnderTest, sender: FleetUnderTest): void {
  sender.net.onSent = (accountKey) => {
    listener.clock.after(2, () => {
      if (listener.net.up) listener.net.emit({ kind: 'foreign_update', accountKey });
    });
  };
}

const WARNING = 'another program keeps replacing';
const warnings = (it: FleetUnderTest) => it.log.lines.filter(({ message }) => message.includes(WARNING));

describe('a version that somebody else published and sent', () => {
  test('is proven, and not sent once more', async () => {
    const [one, other] = await two();
    one.change('A', 'A2');
    other.clock.after(20, () => {
      other.published.publish('A', 'A2');
      other.fleet.adopted('A');
    });
    await one.clock.pass(40);
    expect(other.fleet.account('A')).toMatchObject({ state: 'pending', version: 2 });
    await one.clock.pass(10_000);
    expect(other.net.sent).toEqual([]);
    expect(one.net.noticesOf('A')).toEqual(['A2']);
    for (const it of [one, other]) {
      expect(it.fleet.account('A')).toMatchObject({ state: 'effective', work: 'idle' });
      expect(it.meter.propagations).toHaveLength(1);
    }
    expect(other.meter.propagations[0]).toBeGreaterThanOrEqual(0.25);
  });

  test('is adopted before it has arrived: what is proven meanwhile is no reason to send it', async () => {
    const [, other] = await two({ proofMaxAgeMs: 5_000 });
    const waiting = other.fleet.whenEffective('A', 10_000);
    expect(other.fleet.account('A')?.work).toBe('checking');
    other.published.publish('A', 'A2');
    other.fleet.adopted('A');
    await other.clock.pass(50);
    for (const server of other.net.servers.values()) server.update('A', 'A2');
    await other.clock.pass(1_000);
    expect(other.net.sent).toEqual([]);
    expect(await waiting).toMatchObject({ state: 'effective', version: 2 });
  });

  test('is sent where it is missing', async () => {
    const other = await alone();
    other.published.publish('A', 'A2');
    other.fleet.adopted('A');
    const waiting = other.fleet.whenEffective('A', 10_000);
    await other.clock.pass(1_000);
    expect(other.net.noticesOf('A')).toEqual(['A2']);
    expect(await waiting).toMatchObject({ state: 'effective', version: 2 });
  });

  test('is sent where it is missing at once, and looked at again where the older one was just fetched', async () => {
    const it = await alone();
    const [first, second] = [...it.net.servers.values()];
    first?.loaded.delete('A');
    const published = it.published.texts.get('A');
    if (published !== undefined) published.lastServedAtMs = it.clock.now();
    it.clock.after(1_500, () => first?.loaded.set('A', { jwt: 'A1', complete: true }));
    second?.update('A', 'A2');
    it.published.publish('A', 'A2');
    it.fleet.adopted('A');
    await it.clock.pass(500);
    expect(it.running('A')).toEqual([undefined, 'A2', 'A2']);
    expect(it.fleet.account('A')?.state).toBe('pending');
    await it.clock.pass(2_000);
    expect(it.running('A')).toEqual(['A2', 'A2', 'A2']);
    expect(it.fleet.account('A')?.state).toBe('effective');
  });

  test('takes the place of an older version that rests until it is tried again', async () => {
    const other = await alone();
    for (const server of other.net.servers.values()) server.refuses = 'no';
    other.change('A', 'A2');
    await other.clock.pass(60_000);
    const { length } = other.net.sent;
    for (const server of other.net.servers.values()) {
      server.refuses = undefined;
      server.update('A', 'A3');
    }
    other.published.publish('A', 'A3');
    other.fleet.adopted('A');
    await other.clock.pass(1_000);
    expect(other.net.sent).toHaveLength(length);
    expect(other.fleet.account('A')?.state).toBe('effective');
  });

  test('follows the one that is with the servers', async () => {
    const other = await alone();
    other.change('A', 'A2');
    await other.clock.pass(1);
    expect(other.fleet.account('A')?.work).toBe('sending');
    other.published.publish('A', 'A3');
    other.fleet.adopted('A');
    for (const server of other.net.servers.values()) server.update('A', 'A3');
    await other.clock.pass(5_000);
    expect(other.running('A')).toEqual(['A3', 'A3', 'A3']);
    expect(other.fleet.account('A')?.state).toBe('effective');
  });

  test('while NATS is away is compared when it is back', async () => {
    const other = await alone();
    other.net.disconnect();
    other.published.publish('A', 'A2');
    other.fleet.adopted('A');
    await other.clock.pass(1_000);
    expect(other.fleet.account('A')).toMatchObject({ state: 'unknown', version: 2 });
    other.net.connect();
    await other.clock.pass(1_000);
    expect(other.running('A')).toEqual(['A2', 'A2', 'A2']);
  });

  test('that is what is published here as well changes nothing', async () => {
    const [, other] = await two();
    other.fleet.adopted('A');
    other.fleet.adopted('nothing');
    expect(other.fleet.account('A')).toMatchObject({ state: 'effective', version: 1 });
  });
});

describe('two account servers of different opinion', () => {
  test('do not hammer the servers: each puts its own back less and less often, and says so once', async () => {
    const [one, other] = await two();
    other.change('A', 'older');
    await one.clock.pass(10_000);
    const [early] = [one.net.sent.length + other.net.sent.length];
    expect(early).toBeGreaterThan(4);
    expect(early).toBeLessThan(16);
    await one.clock.pass(10 * 60_000);
    const { length } = one.net.sent;
    await one.clock.pass(HOUR_MS);
    // Once for each minute, and a quarter more by chance.
    expect(one.net.sent.length - length).toBeLessThanOrEqual(60 * 1.34);
    expect(one.net.sent.length - length).toBeGreaterThan(20);
    for (const it of [one, other]) {
      expect(warnings(it)).toEqual([
        { level: 'warn', facts: { account: 'A', times: 3 }, message: expect.stringContaining(WARNING) },
      ]);
    }
    expect(one.fleet.account('B')?.state).toBe('effective');
  });

  test('agree in the end: all is as before, and the next contest begins from the start', async () => {
    const [one, other] = await two();
    other.change('A', 'older');
    await one.clock.pass(10 * 60_000);
    other.change('A', 'A1');
    await one.clock.pass(10 * 60_000);
    for (const it of [one, other]) expect(it.fleet.account('A')?.state).toBe('effective');
    const sent = one.net.sent.length;
    for (const server of one.net.servers.values()) server.update('A', 'replayed');
    one.net.emit({ kind: 'foreign_update', accountKey: 'A' });
    await one.clock.pass(300);
    expect(one.net.sent.length).toBe(sent + 1);
    expect(one.running('A')).toEqual(['A1', 'A1', 'A1']);
  });

  test('a new version goes out at once, contest or not', async () => {
    const [one, other] = await two();
    other.change('A', 'older');
    await one.clock.pass(10 * 60_000);
    other.net.disconnect();
    one.change('A', 'A2');
    await one.clock.pass(50);
    expect(one.running('A')).toEqual(['A2', 'A2', 'A2']);
  });
});

describe('a text that is replaced now and then', () => {
  test('is put back at once each time, and nobody is warned', async () => {
    const [one, other] = await two();
    other.net.disconnect();
    for (let round = 0; round < 20; round++) {
      for (const server of one.net.servers.values()) server.update('A', 'replayed');
      one.net.emit({ kind: 'foreign_update', accountKey: 'A' });
      await one.clock.pass(300);
      expect(one.running('A')).toEqual(['A1', 'A1', 'A1']);
      await one.clock.pass(20_000);
    }
    expect(warnings(one)).toEqual([]);
  });

  test('on servers that come back one after the other with an old text is no contest', async () => {
    const [one, other] = await two();
    other.net.disconnect();
    for (let round = 0; round < 10; round++) {
      one.net.add(`late-${round}`).loaded.set('A', { jwt: 'A0', complete: true });
      await one.clock.pass(200);
      expect(new Set(one.running('A'))).toEqual(new Set(['A1']));
    }
    expect(warnings(one)).toEqual([]);
  });
});

describe('a contest', () => {
  const pauseOf = (contest: Contest, atMs: number) => contest.replaced(atMs, 500, 60_000, 0.5);

  test('doubles the pause each time in a row, up to the limit', () => {
    const contest = new Contest();
    let nowMs = 0;
    const pauses = Array.from({ length: 10 }, () => {
      const pauseMs = pauseOf(contest, nowMs);
      nowMs += pauseMs + 300;
      return pauseMs;
    });
    expect(pauses).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(contest.times).toBe(10);
  });

  test('is worth one warning', () => {
    const contest = new Contest();
    const warned = Array.from({ length: 5 }, (_, time) => {
      pauseOf(contest, time * 1_000);
      return contest.isWorthAWarning;
    });
    expect(warned).toEqual([false, false, true, false, false]);
  });

  test('is over when the text stayed for longer than twice the pause and a while', () => {
    const contest = new Contest();
    for (let time = 0; time < 5; time++) pauseOf(contest, time);
    const [endedMs, nowMs] = [4 + 4_000, 4 + 4_000 + 10_000 + 8_000];
    expect(pauseOf(contest, nowMs)).toBe(8_000);
    expect(pauseOf(contest, endedMs + 1_000_000)).toBe(0);
    expect(contest.times).toBe(1);
  });
});

describe('a text that servers run and nobody published here', () => {
  /** After an outage in which somebody else sent the servers another text. */
  async function back(
    judge: (key: string, text: string, it: FleetUnderTest) => Promise<Precedence>,
  ): Promise<{ it: FleetUnderTest; judged: string[] }> {
    const judged: string[] = [];
    const it: FleetUnderTest = new FleetUnderTest({}, () => 0.5, undefined, {
      judge: (key, text) => {
        judged.push(text);
        return judge(key, text, it);
      },
    });
    it.published.publish('A', 'A1');
    const servers = it.addServers(['N1', 'N2', 'N3'], ['A']);
    for (const server of servers.slice(1)) server.update('A', 'A2');
    it.net.connect();
    await it.clock.pass(5_000);
    return { it, judged };
  }

  test('is replaced when it has no precedence', async () => {
    const { it, judged } = await back(async () => 'ours');
    expect(judged).toEqual(['A2']);
    expect(it.running('A')).toEqual(['A1', 'A1', 'A1']);
    expect(it.fleet.account('A')?.state).toBe('effective');
  });

  test('becomes what is published, and is sent only where it is missing', async () => {
    const { it } = await back(async (key, text, fleet) => {
      if (text < (fleet.published.get(key)?.text ?? '')) return 'ours';
      fleet.published.publish(key, text);
      fleet.fleet.adopted(key);
      return 'theirs';
    });
    expect(it.running('A')).toEqual(['A2', 'A2', 'A2']);
    expect(it.net.noticesOf('A')).toEqual(['A2']);
    expect(it.fleet.account('A')?.state).toBe('effective');
  });

  test('stays when it cannot be kept here: nothing is sent against it, and nobody is told that all is well', async () => {
    const { it } = await back(async () => 'theirs');
    const asked = it.net.asked.compareAll;
    await it.clock.pass(HOUR_MS);
    expect(it.net.sent).toEqual([]);
    expect(it.running('A')).toEqual(['A1', 'A2', 'A2']);
    expect(it.fleet.account('A')).toMatchObject({ state: 'pending', work: 'idle' });
    expect(it.net.asked.compareAll - asked).toBeLessThan(200);
    it.change('A', 'A3');
    await it.clock.pass(1_000);
    expect(it.running('A')).toEqual(['A3', 'A3', 'A3']);
  });
});
