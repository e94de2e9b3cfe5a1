import { describe, expect, test } from 'vitest';
import { comparedFleet, FleetUnderTest, presences, serverOf } from './fleet-under-test.js';

describe('what comes at a bad time', () => {
  test('a server that arrives while an account is being proven is looked at afterwards', async () => {
    const it = await comparedFleet(2);
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
    const it = await comparedFleet(2);
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
    const it = await comparedFleet(2);
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
    const it = await comparedFleet(2);
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
    const it = await comparedFleet(2);
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
    const it = await comparedFleet(2);
    it.net.servers.delete('N1');
    // The interval is 60 s from the connect, the answers are waited for 3 s.
    await it.clock.pass(55_100);
    expect(presences(it)).toEqual(['present', 'silent']);
  });

  test('a server that died during an outage is forgotten', async () => {
    const it = await comparedFleet(2);
    it.net.disconnect();
    it.net.servers.delete('N1');
    it.net.connect();
    await it.clock.pass(1_000);
    expect(presences(it)).toEqual(['present', 'silent']);
    await it.clock.pass(200_000);
    expect(presences(it)).toEqual(['present']);
  });

  test('an answer that was in before the outage is no sign of life after it', async () => {
    const it = await comparedFleet(2);
    serverOf(it, 1).frozen = true;
    it.change('A', 'A2');
    await it.clock.pass(10);
    it.net.disconnect();
    await it.clock.pass(10);
    expect(presences(it)).toEqual(['silent', 'silent']);
  });

  test('what a server ran before the outage is no reason to send after it', async () => {
    const it = await comparedFleet(2);
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
    const it = await comparedFleet(2);
    it.net.disconnect();
    it.net.add('late').frozen = true;
    it.net.connect();
    await it.clock.pass(100);
    expect(presences(it)).toEqual(['present', 'present']);
    expect(it.fleet.account('A')?.effective).toBe(false);
  });

  test('an outage while a server is in lame duck mode, which alone has the account', async () => {
    const it = await comparedFleet(2);
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
