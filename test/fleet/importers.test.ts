import { expect, test } from 'vitest';
import { FleetUnderTest } from './fleet-under-test.js';

/** Two servers with the importer A, whose exporter E nobody has published. */
async function withDeadImport(): Promise<FleetUnderTest> {
  const it = new FleetUnderTest();
  it.published.publish('A', 'A1', ['E']);
  for (const server of it.addServers(['N0', 'N1'], ['A']))
    server.loaded.set('A', { jwt: 'A1', complete: false });
  it.net.connect();
  await it.clock.pass(5_000);
  expect(it.fleet.account('A')?.state).toBe('incomplete');
  expect(it.net.sent).toEqual([]);
  return it;
}

test('an importer that servers still call incomplete, since they fetched its exporter for it, is sent again', async () => {
  const it = await withDeadImport();
  for (const server of it.net.servers.values()) {
    server.completes.add('A');
    server.fetchesExporterFor.add('A');
  }
  it.change('E', 'E1');
  await it.clock.pass(1_000);
  expect(it.net.noticesOf('A')).toEqual(['A1', 'A1']);
  expect(it.fleet.account('A')?.state).toBe('effective');
});

test('an importer of something that its exporter does not offer is not sent again and again', async () => {
  const it = await withDeadImport();
  it.change('E', 'E1');
  await it.clock.pass(3_600_000);
  const count = it.net.noticesOf('A').length;
  expect(count).toBeLessThan(6);
  expect(it.fleet.account('A')?.state).toBe('incomplete');
  for (const server of it.net.servers.values()) server.completes.add('A');
  it.change('E', 'E2');
  await it.clock.pass(1_000);
  expect(it.net.noticesOf('A')).toHaveLength(count + 1);
  expect(it.fleet.account('A')?.state).toBe('effective');
});

test('an importer that servers have loaded since they were last looked at is found when its exporter comes', async () => {
  const it = new FleetUnderTest();
  it.change('A', 'A1', ['E']);
  it.addServers(['N0', 'N1'], []);
  it.net.connect();
  await it.clock.pass(5_000);
  for (const server of it.net.servers.values()) {
    server.loaded.set('A', { jwt: 'A1', complete: false });
    server.completes.add('A');
    server.fetchesExporterFor.add('A');
  }
  it.change('E', 'E1');
  await it.clock.pass(3_000);
  expect([...it.net.servers.values()].map(({ loaded }) => loaded.get('A')?.complete)).toEqual([true, true]);
  expect(it.fleet.account('A')?.state).toBe('effective');
});

test('a new account that nobody imports from makes nobody list anything', async () => {
  const it = await withDeadImport();
  const before = it.net.asked.list;
  it.change('F', 'F1');
  await it.clock.pass(3_000);
  expect(it.net.asked.list).toBe(before);
});
