import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { createMeter, type ServiceMeter } from '../../src/observability/meter.js';
import type { ServiceState } from '../../src/observability/state-gauges.js';

const STATE: ServiceState = {
  counts: () => ({ served: 7, expired: 2, notYetValid: 1, refused: 3 }),
  unverified: () => 4,
  readiness: () => ({ loaded: true, problems: [] }),
  storeAvailable: () => true,
  fleetAccounts: () => ({ effective: 6, incomplete: 0, expired: 1, pending: 2, unknown: 0 }),
  operator: () => ({ key: 'OABC', name: 'acme "1"', strict: true }),
};

const meters: ServiceMeter[] = [];

function meter(): ServiceMeter {
  const made = createMeter('1.2.3');
  meters.push(made);
  return made;
}

afterEach(() => {
  for (const made of meters.splice(0)) made.close();
});

/** The samples of our own metrics, without the prefix. */
async function samples(from: ServiceMeter): Promise<Record<string, number>> {
  const { body } = await from.render();
  const lines = body.split('\n').filter((line) => line.startsWith('nats_account_server_'));
  return Object.fromEntries(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice('nats_account_server_'.length, space), Number(line.slice(space + 1))];
    }),
  );
}

describe('createMeter', () => {
  it('answers in the text format of Prometheus', async () => {
    const { contentType, body } = await meter().render();
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(body).toContain('# TYPE nats_account_server_http_request_duration_seconds histogram\n');
    expect(body).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(body).toContain(`nats_account_server_build_info{version="1.2.3",node="${process.version}"} 1\n`);
  });

  it('keeps the counts of two meters apart', async () => {
    const [one, two] = [meter(), meter()];
    one.accounts.rollback();
    expect(await samples(one)).toMatchObject({ rollbacks_total: 1 });
    expect(await samples(two)).toMatchObject({ rollbacks_total: 0 });
  });

  it('counts admissions, sweeps and rollbacks', async () => {
    const { accounts, ...rest } = meter();
    accounts.admission('created', 'push');
    accounts.admission('iat.older', 'update');
    accounts.admission('iat.older', 'update');
    accounts.sweep({ slots: 10, changed: 2, durationMs: 60 });
    accounts.sweep({ slots: 9, changed: 0, durationMs: 40 });
    expect(await samples({ accounts, ...rest })).toMatchObject({
      'admissions_total{outcome="created",origin="push"}': 1,
      'admissions_total{outcome="replaced",origin="directory"}': 0,
      'admissions_total{outcome="iat.older",origin="update"}': 2,
      sweep_slots: 9,
      sweep_changes_total: 2,
      'sweep_duration_seconds_bucket{le="0.05"}': 1,
      'sweep_duration_seconds_bucket{le="0.1"}': 2,
      sweep_duration_seconds_sum: 0.1,
    });
  });

  it('counts requests by route, method and status', async () => {
    const made = meter();
    const route = '/jwt/v1/accounts/:accountKey';
    made.requests.request(route, 'GET', 200, 0.00002);
    made.requests.request(route, 'GET', 200, 0.0003);
    made.requests.request(route, 'POST', 409, 0.02);
    made.requests.request('/healthz', 'BREW', 405, 3);
    expect(await samples(made)).toMatchObject({
      [`http_requests_total{route="${route}",method="GET",status="200"}`]: 2,
      [`http_requests_total{route="${route}",method="POST",status="409"}`]: 1,
      'http_requests_total{route="/healthz",method="other",status="405"}': 1,
      [`http_request_duration_seconds_bucket{le="0.0001",route="${route}"}`]: 1,
      [`http_request_duration_seconds_bucket{le="0.0005",route="${route}"}`]: 2,
      [`http_request_duration_seconds_bucket{le="+Inf",route="${route}"}`]: 3,
      [`http_request_duration_seconds_count{route="${route}"}`]: 3,
      'http_request_duration_seconds_bucket{le="2.5",route="/healthz"}': 0,
      'http_request_duration_seconds_bucket{le="+Inf",route="/healthz"}': 1,
      'http_request_duration_seconds_sum{route="/healthz"}': 3,
    });
    const again = await samples(made);
    expect(again[`http_requests_total{route="${route}",method="GET",status="200"}`]).toBe(2);
  });

  it('lets no mistake with routes fill the monitoring system', async () => {
    const made = meter();
    for (let i = 0; i < 1000; i++) made.requests.request(`/jwt/v1/accounts/${i}`, 'GET', 200, 0.001);
    const counts = Object.entries(await samples(made)).filter(([name]) =>
      name.startsWith('http_requests_total'),
    );
    expect(counts.length).toBeLessThanOrEqual(64);
    expect(counts.reduce((sum, [, count]) => sum + count, 0)).toBe(1000);
  });

  it('counts what nats-servers answer', async () => {
    const made = meter();
    made.fleet.notice('applied');
    made.fleet.notice('silent');
    made.fleet.servers({ present: 3, silent: 1, leaving: 0 });
    made.fleet.driftRepaired();
    made.fleet.propagated(0.02);
    made.connection.connected(true);
    made.connection.reconnected();
    expect(await samples(made)).toMatchObject({
      'notices_total{result="applied"}': 1,
      'notices_total{result="failed"}': 0,
      'notices_total{result="silent"}': 1,
      'fleet_servers{state="present"}': 3,
      'fleet_servers{state="silent"}': 1,
      'fleet_servers{state="leaving"}': 0,
      drift_repaired_total: 1,
      'propagation_seconds_bucket{le="0.025"}': 1,
      nats_connected: 1,
      nats_reconnects_total: 1,
    });
    made.connection.connected(false);
    expect(await samples(made)).toMatchObject({ nats_connected: 0 });
  });

  it('asks for the state of the service at each scrape', async () => {
    const made = meter();
    let state: ServiceState = STATE;
    made.observe({
      counts: () => state.counts(),
      unverified: () => state.unverified(),
      readiness: () => state.readiness(),
      storeAvailable: () => state.storeAvailable(),
      fleetAccounts: () => state.fleetAccounts(),
      operator: () => state.operator(),
    });
    expect(await samples(made)).toMatchObject({
      'accounts{state="served"}': 7,
      'accounts{state="expired"}': 2,
      'accounts{state="not_yet_valid"}': 1,
      'accounts{state="refused"}': 3,
      'accounts{state="unverified"}': 4,
      ready: 1,
      store_available: 1,
      'fleet_accounts{state="effective"}': 6,
      'fleet_accounts{state="pending"}': 2,
      'fleet_accounts{state="unknown"}': 0,
      'operator_info{key="OABC",name="acme \\"1\\"",strict="true"}': 1,
    });
    state = {
      ...STATE,
      readiness: () => ({ loaded: true, problems: ['the store is gone'] }),
      storeAvailable: () => false,
      operator: () => undefined,
    };
    const after = await samples(made);
    expect(after).toMatchObject({ ready: 0, store_available: 0 });
    expect(Object.keys(after).filter((name) => name.startsWith('operator_info'))).toEqual([]);
  });

  it('counts no accounts of a fleet where there is none', async () => {
    const made = meter();
    made.observe({ ...STATE, fleetAccounts: () => undefined });
    expect(Object.keys(await samples(made)).filter((name) => name.startsWith('fleet_accounts'))).toEqual([]);
  });

  it('shows how long the event loop was blocked, once', async () => {
    const made = meter();
    await blockLoop(800);
    const first = await samples(made);
    expect(first['event_loop_delay_seconds{quantile="1"}']).toBeGreaterThan(0.6);
    expect(first['event_loop_delay_seconds{quantile="0.5"}']).toBeLessThan(0.6);
  });
});

/** Lets the monitor tick some times, then keeps the loop busy for so long, then lets it tick again. */
async function blockLoop(milliseconds: number): Promise<void> {
  const ticks = async () => {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 12));
  };
  await ticks();
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
  await ticks();
}

describe('docs/metrics.md', () => {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const documented = new Map(
    [...page.matchAll(/^\| `(\w+)` \| (\w+) \|([^|]*)\|/gm)].map(([, name, type, labels]) => [
      name,
      { type, labels },
    ]),
  );

  function everything(): ServiceMeter {
    const made = meter();
    made.observe(STATE);
    return made;
  }

  it('lists every metric, and no other', () => {
    const names = everything().names();
    expect(names.filter((name) => !documented.has(name))).toEqual([]);
    const ours = [...documented.keys()].filter((name) => name?.startsWith('nats_account_server_'));
    expect(ours.filter((name) => !names.includes(String(name)))).toEqual([]);
  });

  it('says the type and the labels of each of our own', async () => {
    const made = everything();
    made.requests.request('/x', 'GET', 200, 0.1);
    made.fleet.servers({ present: 1, silent: 0, leaving: 0 });
    made.accounts.sweep({ slots: 1, changed: 1, durationMs: 1 });
    await blockLoop(1);
    const { body } = await made.render();
    for (const [name, { type, labels }] of documented) {
      if (!name?.startsWith('nats_account_server_')) continue;
      expect(body).toContain(`# TYPE ${name} ${type}\n`);
      const sample = new RegExp(`^${name}(?:_bucket)?(?:\\{(.*)\\})? `, 'm').exec(body);
      const used = [...(sample?.[1] ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label);
      const said = [...String(labels).matchAll(/`(\w+)`/g)].map(([, label]) => label);
      expect(used.filter((label) => label !== 'le').sort(), name).toEqual(said.sort());
    }
  });

  it('names no metric in its alerts that does not exist', () => {
    const names = new Set(everything().names());
    const used = [...page.matchAll(/nats_account_server_\w+/g)].map(([name]) => name);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  });
});
