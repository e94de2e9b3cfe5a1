import { describe, expect, test } from 'vitest';
import { comparedFleet, KEYS, presences, serverOf } from './fleet-under-test.js';

describe('a server', () => {
  test('that is new is asked what it has loaded, and gets what differs', async () => {
    const it = await comparedFleet(2);
    const late = it.net.add('late');
    for (const key of KEYS) late.loaded.set(key, { jwt: key === 'B' ? 'B0' : `${key}1`, complete: true });
    await it.clock.pass(1_000);
    expect(it.net.sent.map(({ text }) => text)).toEqual(['B1']);
    expect(late.loaded.get('B')?.jwt).toBe('B1');
  });

  test('that falls silent is called until it answers, and then gets what it missed', async () => {
    const it = await comparedFleet(3);
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
    const it = await comparedFleet(3);
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
    const it = await comparedFleet(3);
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
    const it = await comparedFleet(2);
    it.net.emit({ kind: 'server_leaving', serverId: 'N1' });
    it.net.servers.delete('N1');
    await it.clock.pass(300_000);
    expect(it.fleet.status().servers).toHaveLength(1);
  });

  test('that restarts under its old id is a new one', async () => {
    const it = await comparedFleet(2);
    const server = serverOf(it, 0);
    server.loaded.set('A', { jwt: 'A0', complete: true });
    server.startedAt = '2030-01-01T00:00:00Z';
    it.net.announce(server);
    await it.clock.pass(1_000);
    expect(it.log.count('server found')).toBe(3);
    expect(it.running('A')).toEqual(['A1', 'A1']);
  });

  test('that is alone and falls silent: nothing is sent into the void', async () => {
    const it = await comparedFleet(1);
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
