import { describe, expect, test } from 'vitest';
import { FleetUnderTest } from './fleet-under-test.js';
import type { SimulatedServer } from './simulated-fleet.js';

const KEYS = ['A', 'B', 'C'];

/** Servers that run A, B and C, connected and compared. */
async function fleetOf(size: number, options = {}): Promise<FleetUnderTest> {
  const it = new FleetUnderTest(options);
  for (const key of KEYS) it.published.publish(key, `${key}1`);
  it.addServers(
    Array.from({ length: size }, (_, index) => `N${index}`),
    KEYS,
  );
  it.net.connect();
  await it.clock.pass(5_000);
  return it;
}

function serverOf(it: FleetUnderTest, index: number): SimulatedServer {
  const server = [...it.net.servers.values()][index];
  if (server === undefined) throw new Error(`no server ${index}`);
  return server;
}

const presences = (it: FleetUnderTest) => it.fleet.status().servers.map(({ presence }) => presence);

describe('after an outage', () => {
  test('each account that changed is sent once, however often it changed', async () => {
    const it = await fleetOf(3);
    it.net.disconnect();
    for (const version of [2, 3, 4]) for (const key of KEYS) it.change(key, `${key}${version}`);
    it.change('unused', 'X2');
    await it.clock.pass(60_000);
    expect(it.net.sent).toEqual([]);
    it.net.connect();
    await it.clock.pass(1_000);
    expect(it.net.sent.map(({ text }) => text).sort()).toEqual(['A4', 'B4', 'C4']);
    for (const key of KEYS) expect(it.fleet.account(key)?.effective).toBe(true);
    expect(it.fleet.account('unused')?.effective).toBe(true);
    expect(it.meter.repaired).toBe(9);
  });

  test('nothing is sent when nothing changed, and proofs still count', async () => {
    const it = await fleetOf(3);
    const before = { ...it.net.asked };
    it.net.disconnect();
    await it.clock.pass(1_000);
    it.net.connect();
    await it.clock.pass(5_000);
    expect(it.net.sent).toEqual([]);
    expect(it.net.asked.list - before.list).toBe(3);
    expect(it.net.asked.compare + it.net.asked.compareAll).toBe(before.compare + before.compareAll);
  });

  test('a change that was on its way is not lost', async () => {
    const it = await fleetOf(2);
    it.change('A', 'A2');
    it.change('B', 'B2');
    it.net.disconnect();
    await it.clock.pass(1_000);
    for (const server of it.net.servers.values()) server.loaded.set('A', { jwt: 'A1', complete: true });
    it.net.connect();
    await it.clock.pass(5_000);
    expect(it.running('A')).toEqual(['A2', 'A2']);
    expect(it.running('B')).toEqual(['B2', 'B2']);
  });
});

describe('what comes at a bad time', () => {
  test('a server that arrives while an account is being proven is looked at afterwards', async () => {
    const it = await fleetOf(2);
    it.change('A', 'A2');
    await it.clock.pass(5);
    serverOf(it, 1).frozen = true;
    const late = it.net.add('late');
    late.loaded.set('A', { jwt: 'A0', complete: true });
    await it.clock.pass(20);
    expect(it.fleet.account('A')?.work).toBe('checking');
    await it.clock.pass(5_000);
    expect(late.loaded.get('A')?.jwt).toBe('A2');
  });

  test('an answer to a question from before the last notice is not taken for one to a newer question', async () => {
    const it = await fleetOf(2);
    serverOf(it, 1).frozen = true;
    it.change('B', 'B2');
    await it.clock.pass(250);
    it.net.emit({ kind: 'foreign_update', accountKey: 'A' });
    // Asked 250 ms later, the question about A ends 3 s after that; B has made the second server silent by then.
    await it.clock.pass(250 + 2_994);
    it.change('A', 'A2');
    await it.clock.pass(100);
    expect(it.fleet.account('A')?.cells[0]?.effect).toBe('current');
    expect(it.net.noticesOf('A')).toEqual(['A2']);
    await it.clock.pass(2_000);
    expect(it.net.noticesOf('A')).toEqual(['A2']);
  });

  test('a foreign update while we look, and then an outage', async () => {
    const it = new FleetUnderTest();
    it.published.publish('A', 'A1');
    it.addServers(['N1', 'N2'], ['A']);
    it.net.connect();
    await it.clock.pass(9);
    expect(it.fleet.account('A')?.work).toBe('checking');
    it.net.emit({ kind: 'foreign_update', accountKey: 'A' });
    await it.clock.pass(5);
    for (const server of it.net.servers.values()) server.update('A', 'replayed');
    it.net.disconnect();
    await it.clock.pass(1_000);
    it.net.connect();
    await it.clock.pass(5_000);
    expect(it.running('A')).toEqual(['A1', 'A1']);
  });

  test('a foreign update while a server is silent', async () => {
    const it = await fleetOf(2);
    serverOf(it, 1).frozen = true;
    it.change('B', 'B2');
    await it.clock.pass(4_000);
    // It reaches the silent server only, so that nothing has to be put right elsewhere.
    const silent = serverOf(it, 1);
    silent.handle(() => void silent.update('A', 'replayed'));
    it.net.emit({ kind: 'foreign_update', accountKey: 'A' });
    await it.clock.pass(2_000);
    serverOf(it, 1).thaw();
    expect(it.running('A')).toEqual(['A1', 'replayed']);
    await it.clock.pass(10_000);
    expect(it.running('A')).toEqual(['A1', 'A1']);
  });

  test('a server that is frozen while we come back', async () => {
    const it = await fleetOf(2);
    it.net.disconnect();
    it.change('A', 'A2');
    serverOf(it, 1).frozen = true;
    it.net.connect();
    await it.clock.pass(10_000);
    expect(it.running('A')).toEqual(['A2', 'A1']);
    serverOf(it, 1).thaw();
    await it.clock.pass(10_000);
    expect(it.running('A')).toEqual(['A2', 'A2']);
  });

  test('nothing is called effective before every server has listed what it loaded meanwhile', async () => {
    const it = await fleetOf(2);
    it.change('X', 'X1');
    await it.clock.pass(100);
    expect(it.fleet.account('X')?.effective).toBe(true);
    it.net.disconnect();
    serverOf(it, 0).loaded.set('X', { jwt: 'X1', complete: true });
    it.change('X', 'X2');
    it.net.connect();
    await it.clock.pass(5);
    expect(it.fleet.status().servers.map(({ presence }) => presence)).toEqual(['present', 'present']);
    expect(it.fleet.account('X')?.effective).toBe(false);
    await it.clock.pass(100);
    expect(it.running('X')).toEqual(['X2', undefined]);
  });

  test('a server that others speak of, but that nobody has heard', async () => {
    const it = new FleetUnderTest();
    it.published.publish('A', 'A1');
    it.addServers(['N1', 'N2'], ['A']);
    serverOf(it, 1).frozen = true;
    it.net.connect();
    await it.clock.pass(5_000);
    it.change('A', 'A2');
    await it.clock.pass(1_000);
    expect(it.running('A')).toEqual(['A2', 'A1']);
    expect(it.fleet.account('A')?.effective).toBe(false);
    it.net.servers.delete('N2');
    await it.clock.pass(10_000);
    expect(it.fleet.account('A')?.effective).toBe(true);
    expect(it.meter.propagations).toHaveLength(1);
  });

  test('a server that vanished is noticed at the next roll call', async () => {
    const it = await fleetOf(2);
    it.net.servers.delete('N1');
    // The interval is 60 s from the connect, the answers are waited for 3 s.
    await it.clock.pass(55_100);
    expect(presences(it)).toEqual(['present', 'silent']);
  });

  test('a server that died during an outage is forgotten', async () => {
    const it = await fleetOf(2);
    it.net.disconnect();
    it.net.servers.delete('N1');
    it.net.connect();
    await it.clock.pass(1_000);
    expect(presences(it)).toEqual(['present', 'silent']);
    await it.clock.pass(200_000);
    expect(presences(it)).toEqual(['present']);
  });

  test('an answer that was in before the outage is no sign of life after it', async () => {
    const it = await fleetOf(2);
    serverOf(it, 1).frozen = true;
    it.change('A', 'A2');
    await it.clock.pass(10);
    it.net.disconnect();
    await it.clock.pass(10);
    expect(presences(it)).toEqual(['silent', 'silent']);
  });

  test('what a server ran before the outage is no reason to send after it', async () => {
    const it = await fleetOf(2);
    for (const server of it.net.servers.values()) server.refuses = 'no';
    it.change('A', 'A2');
    await it.clock.pass(300);
    expect(it.fleet.account('A')?.cells.map(({ effect }) => effect)).toEqual(['differs', 'differs']);
    it.net.disconnect();
    const sent = it.net.sent.length;
    for (const server of it.net.servers.values()) server.loaded.set('A', { jwt: 'A2', complete: true });
    serverOf(it, 1).frozen = true;
    it.net.connect();
    await it.clock.pass(2_000);
    expect(it.fleet.account('A')?.cells.map(({ effect }) => effect)).toEqual(['current', 'differs']);
    serverOf(it, 1).thaw();
    await it.clock.pass(10_000);
    expect(it.net.sent.length).toBe(sent);
    expect(it.fleet.account('A')?.effective).toBe(true);
  });

  test('a server that joined during the outage, and cannot be heard yet', async () => {
    const it = await fleetOf(2);
    it.net.disconnect();
    it.net.add('late').frozen = true;
    it.net.connect();
    await it.clock.pass(100);
    expect(presences(it)).toEqual(['present', 'present']);
    expect(it.fleet.account('A')?.effective).toBe(false);
  });

  test('an outage while a server is in lame duck mode, which alone has the account', async () => {
    const it = await fleetOf(2);
    it.net.emit({ kind: 'server_leaving', serverId: 'N1' });
    it.net.disconnect();
    serverOf(it, 1).loaded.set('X', { jwt: 'X1', complete: true });
    it.change('X', 'X2');
    it.net.connect();
    await it.clock.pass(1_000);
    expect(presences(it)).toEqual(['present', 'leaving']);
    expect(it.running('X')).toEqual([undefined, 'X2']);
    expect(it.fleet.account('X')?.effective).toBe(true);
  });
});

describe('a server', () => {
  test('that is new is asked what it has loaded, and gets what differs', async () => {
    const it = await fleetOf(2);
    const late = it.net.add('late');
    for (const key of KEYS) late.loaded.set(key, { jwt: key === 'B' ? 'B0' : `${key}1`, complete: true });
    await it.clock.pass(1_000);
    expect(it.net.sent.map(({ text }) => text)).toEqual(['B1']);
    expect(late.loaded.get('B')?.jwt).toBe('B1');
  });

  test('that falls silent is called until it answers, and then gets what it missed', async () => {
    const it = await fleetOf(3);
    serverOf(it, 1).frozen = true;
    it.change('A', 'A2');
    await it.clock.pass(3_500);
    expect(presences(it)).toEqual(['present', 'silent', 'present']);
    expect(it.meter).toMatchObject({ present: 2, silent: 1, notices: { applied: 2, silent: 1 } });
    expect(it.fleet.account('A')?.effective).toBe(false);
    // The others do not wait for it.
    const before = it.clock.now();
    it.change('A', 'A3');
    it.change('A', 'A4');
    await it.clock.pass(100);
    expect(it.running('A')).toEqual(['A4', 'A1', 'A4']);
    expect(it.net.sent.at(-1)?.atMs).toBeLessThan(before + 100);
    await it.clock.pass(20_000);
    serverOf(it, 1).thaw();
    await it.clock.pass(10_000);
    expect(it.running('A')).toEqual(['A4', 'A4', 'A4']);
    expect(presences(it)).toEqual(['present', 'present', 'present']);
    expect(it.fleet.account('A')?.effective).toBe(true);
  });

  test('that stays silent is forgotten, and nobody waits for it any more', async () => {
    const it = await fleetOf(3);
    it.net.servers.delete('N1');
    it.change('A', 'A2');
    await it.clock.pass(60_000);
    expect(it.fleet.account('A')?.effective).toBe(false);
    await it.clock.pass(200_000);
    expect(presences(it)).toEqual(['present', 'present']);
    expect(it.fleet.account('A')?.effective).toBe(true);
    expect(it.meter.propagations).toHaveLength(1);
    expect(it.log.count('server has left')).toBe(1);
  });

  test('in lame duck mode is not waited for, and goes when it says so', async () => {
    const it = await fleetOf(3);
    it.net.emit({ kind: 'server_leaving', serverId: 'N1' });
    serverOf(it, 1).frozen = true;
    it.change('A', 'A2');
    await it.clock.pass(100);
    expect(it.meter.notices).toEqual({ applied: 2 });
    expect(presences(it)).toEqual(['present', 'leaving', 'present']);
    it.net.emit({ kind: 'server_gone', serverId: 'N1' });
    expect(it.fleet.status().servers).toHaveLength(2);
    // The question what it runs was still open.
    await it.clock.pass(3_000);
    expect(it.fleet.account('A')?.effective).toBe(true);
  });

  test('in lame duck mode that never says goodbye is forgotten', async () => {
    const it = await fleetOf(2);
    it.net.emit({ kind: 'server_leaving', serverId: 'N1' });
    it.net.servers.delete('N1');
    await it.clock.pass(300_000);
    expect(it.fleet.status().servers).toHaveLength(1);
  });

  test('that restarts under its old id is a new one', async () => {
    const it = await fleetOf(2);
    const server = serverOf(it, 0);
    server.loaded.set('A', { jwt: 'A0', complete: true });
    server.startedAt = '2030-01-01T00:00:00Z';
    it.net.announce(server);
    await it.clock.pass(1_000);
    expect(it.log.count('server found')).toBe(3);
    expect(it.running('A')).toEqual(['A1', 'A1']);
  });

  test('that is alone and falls silent: nothing is sent into the void', async () => {
    const it = await fleetOf(1);
    serverOf(it, 0).frozen = true;
    it.change('A', 'A2');
    await it.clock.pass(4_000);
    for (const version of [3, 4, 5]) {
      it.change('A', `A${version}`);
      it.change('B', `B${version}`);
      await it.clock.pass(1_000);
    }
    expect(it.net.sent.map(({ text }) => text)).toEqual(['A2']);
    serverOf(it, 0).thaw();
    await it.clock.pass(10_000);
    expect(it.running('A')).toEqual(['A5']);
    expect(it.running('B')).toEqual(['B5']);
    expect(it.net.sent).toHaveLength(3);
  });
});

describe('drift', () => {
  test('that an update of somebody else causes is repaired at once', async () => {
    const it = await fleetOf(2);
    for (const server of it.net.servers.values()) server.update('A', 'replayed');
    it.net.emit({ kind: 'foreign_update', accountKey: 'A' });
    it.net.emit({ kind: 'foreign_update', accountKey: 'unknown' });
    await it.clock.pass(1_000);
    expect(it.running('A')).toEqual(['A1', 'A1']);
    expect(it.meter.repaired).toBe(2);
  });

  test('that nobody saw is found when the proof is old', async () => {
    const it = await fleetOf(2, { proofMaxAgeMs: 100_000 });
    serverOf(it, 0).update('A', 'replayed');
    await it.clock.pass(50_000);
    expect(it.running('A')).toEqual(['replayed', 'A1']);
    await it.clock.pass(150_000);
    expect(it.running('A')).toEqual(['A1', 'A1']);
  });

  test('an account that a server loads later is compared at the next round', async () => {
    const it = await fleetOf(2);
    it.published.publish('late', 'L2');
    serverOf(it, 0).loaded.set('late', { jwt: 'L1', complete: true });
    await it.clock.pass(75_000);
    expect(serverOf(it, 0).loaded.get('late')?.jwt).toBe('L2');
  });

  test('a placeholder, and accounts that are not ours, are left alone', async () => {
    const it = await fleetOf(1);
    serverOf(it, 0).loaded.set('B', { jwt: undefined, complete: false });
    serverOf(it, 0).loaded.set('foreign', { jwt: 'F', complete: true });
    it.net.disconnect();
    it.change('B', 'B2');
    it.net.connect();
    await it.clock.pass(200_000);
    expect(it.net.sent).toEqual([]);
    expect(it.fleet.account('foreign')).toBeUndefined();
  });
});

describe('what repair costs', () => {
  test('in peace: one roll call and one list per server for each interval', async () => {
    const it = await fleetOf(3, { proofMaxAgeMs: 1e9 });
    const before = { ...it.net.asked };
    await it.clock.pass(10 * 60_000);
    const rounds = it.net.asked.discover - before.discover;
    expect(rounds).toBeGreaterThanOrEqual(8);
    expect(rounds).toBeLessThanOrEqual(12);
    expect(it.net.asked.list - before.list).toBe(3 * rounds);
    expect(it.net.asked).toMatchObject({ compare: before.compare, compareAll: before.compareAll });
  });

  test('at the start: one list per server and one request per loaded account', async () => {
    const it = new FleetUnderTest();
    const keys = Array.from({ length: 2_000 }, (_, index) => `A${index}`);
    for (const key of keys) it.published.publish(key, `${key} text`);
    it.addServers(['N1', 'N2', 'N3'], keys);
    it.net.connect();
    await it.clock.pass(5_000);
    expect(it.net.asked.list).toBe(3);
    expect(it.net.asked.compare + it.net.asked.compareAll).toBe(2_000);
    expect(it.net.sent).toEqual([]);
    expect(keys.every((key) => it.fleet.account(key)?.effective)).toBe(true);
  });
});

describe('without the right to compare', () => {
  test('changes are sent, and those of an outage once after it', async () => {
    const it = new FleetUnderTest();
    it.net.denied = new Set(['discover', 'list', 'compare']);
    for (const key of KEYS) it.published.publish(key, `${key}1`);
    it.addServers(['N1', 'N2'], KEYS);
    it.net.connect();
    await it.clock.pass(10_000);
    expect(it.net.sent).toEqual([]);
    it.change('A', 'A2');
    await it.clock.pass(5_000);
    expect(it.running('A')).toEqual(['A2', 'A2']);
    it.net.disconnect();
    for (const version of [3, 4]) it.change('B', `B${version}`);
    await it.clock.pass(1_000);
    it.net.connect();
    await it.clock.pass(10_000);
    expect(it.net.sent.map(({ text }) => text)).toEqual(['A2', 'B4']);
    expect(it.fleet.account('B')?.effective).toBe(false);
    expect(it.log.lines.filter(({ message }) => message.includes('cannot be compared'))).toHaveLength(2);
  });

  test('refusals and silence are still tried again', async () => {
    const it = new FleetUnderTest();
    it.net.denied = new Set(['discover', 'list', 'compare']);
    it.published.publish('A', 'A1');
    it.net.connect();
    await it.clock.pass(1_000);
    it.change('A', 'A2');
    await it.clock.pass(10_000);
    expect(it.net.noticesOf('A').length).toBeGreaterThan(1);
    const [server] = it.addServers(['N1'], ['A']);
    if (server !== undefined) server.refuses = 'no';
    await it.clock.pass(10_000);
    if (server !== undefined) server.refuses = undefined;
    await it.clock.pass(120_000);
    expect(it.running('A')).toEqual(['A2']);
  });
});
