import { once } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { Changes } from '../../src/cli/fleet/changes.js';
import { ServiceProblem } from '../../src/cli/fleet/problem.js';
import { Screen } from '../../src/cli/fleet/screen.js';
import type { FleetAccount, FleetAnswer } from '../../src/http/routes/api/schemas.js';
import { spawnCli } from '../support/app.js';
import { ServerLog } from '../support/server-log.js';
import { Collected, run } from './command-line.js';
import { cellJson, fleetJson, readFleetJson, readRowJson, rowJson, serverJson } from './fleet-answers.js';
import { HandService } from './hand-service.js';

const [a, b] = [serverJson('a'), serverJson('b')];
const app = rowJson('APP', [cellJson(a, 'current'), cellJson(b, 'current')]);
const stale = rowJson('APP', [cellJson(a, 'current'), cellJson(b, 'differs')], { state: 'pending' });
const calm = fleetJson([a, b], { effective: 1 });
const busy = fleetJson([a, b], { pending: 1 });
const PATIENCE = { timeout: 20_000, interval: 20 };

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('changes', () => {
  /** Looks at these in turn and gives what changed each time, in short. */
  async function changesOf(
    ...looks: (readonly [FleetAnswer, readonly FleetAccount[]])[]
  ): Promise<string[][]> {
    let rows: readonly FleetAccount[] = [];
    const all: string[][] = [];
    const account = async (key: string) => {
      const row = rows.find((each) => each.account === key);
      return row && readRowJson(row);
    };
    const changes = new Changes({ account });
    for (const [fleet, seen] of looks) {
      rows = seen;
      const listed = seen.filter(({ state }) => state !== 'effective').map(readRowJson);
      const found = await listOf(changes.since(readFleetJson(fleet), listed, AbortSignal.timeout(5_000)));
      all.push(
        found.map((change) => {
          if (change.kind !== 'account') return change.kind;
          return `${change.before ?? 'new'} -> ${change.row.state}`;
        }),
      );
    }
    return all;
  }

  test('the first look tells of the fleet and of what is not effective', async () => {
    expect(await changesOf([busy, [stale]], [busy, [stale]])).toEqual([['fleet', 'new -> pending'], []]);
  });

  test('an account that is no longer in the list is effective, or withdrawn', async () => {
    expect(await changesOf([busy, [stale]], [calm, [app]], [calm, [app]])).toEqual([
      ['fleet', 'new -> pending'],
      ['pending -> effective'],
      [],
    ]);
    expect(await changesOf([busy, [stale]], [fleetJson([a, b], {}), []])).toEqual([
      ['fleet', 'new -> pending'],
      ['withdrawn'],
    ]);
  });

  test('other servers that are a reason are a change, a new proof of the same is none', async () => {
    const worse = { ...stale, servers: [cellJson(a, 'differs'), cellJson(b, 'differs')] };
    const proven = { ...stale, servers: stale.servers.map((cell) => ({ ...cell, proven: null })) };
    expect((await changesOf([busy, [stale]], [busy, [worse]]))[1]).toEqual(['pending -> pending']);
    expect((await changesOf([busy, [stale]], [busy, [proven]]))[1]).toEqual([]);
  });

  test('a server that falls silent is one change, however many accounts cannot be known then', async () => {
    const silent = { ...b, presence: 'silent' } as const;
    const blind = fleetJson([a, silent], { unknown: 1 });
    const unknown = { ...app, state: 'unknown' } as const;
    expect(await changesOf([calm, [app]], [blind, [unknown]], [calm, [app]])).toEqual([
      ['fleet'],
      ['fleet'],
      ['fleet'],
    ]);
  });

  test('what was told before the service went away is not told again', async () => {
    const away = new ServiceProblem('away', 'passing');
    const changes = new Changes({ account: () => Promise.reject(away) });
    const since = (fleet: FleetAnswer, rows: readonly FleetAccount[]) =>
      changes.since(readFleetJson(fleet), rows.map(readRowJson), AbortSignal.timeout(5_000));
    await listOf(since(busy, [stale]));
    const told = since(fleetJson([a], { effective: 1 }), []);
    expect(await told.next()).toMatchObject({ value: { kind: 'fleet' } });
    await expect(told.next()).rejects.toBe(away);
    expect(await listOf(since(fleetJson([a], { pending: 1 }), [stale]))).toEqual([]);
  });

  test('a new version is a change, unless the service counts anew', async () => {
    const changes = new Changes({ account: async () => undefined });
    const at = (version: number) => {
      const row = readRowJson({ ...app, version });
      return listOf(changes.since(readFleetJson(calm), [row], AbortSignal.timeout(5_000)));
    };
    await at(7);
    expect(await at(8)).toMatchObject([{ kind: 'account', before: 'effective' }]);
    changes.forgetVersions();
    expect(await at(1)).toEqual([]);
    expect(await at(2)).toHaveLength(1);
  });
});

describe('in a pipeline', () => {
  /** Runs the command in a process of its own, which a test can interrupt. */
  function watch(...args: string[]) {
    const child = spawnCli(['fleet', '--watch', ...args]);
    const [stdout, stderr] = [new ServerLog(child.stdout), new ServerLog(child.stderr)];
    const end = async (signal: NodeJS.Signals): Promise<unknown> => {
      const ended = once(child, 'exit');
      child.kill(signal);
      return ended;
    };
    return { stdout, stderr, end };
  }

  test('a line for each change; a restart of the service is survived; SIGINT ends it with 0', async () => {
    const service = new HandService({ fleet: calm, rows: [app] });
    const { url, port, close } = await service.listen();
    const { stdout, stderr, end } = watch('--url', url);
    await stdout.waitFor(/^\S+Z {2}1 account on 2 servers: all effective\n/);
    service.fed.fleet = busy;
    service.fed.rows = [stale];
    await stdout.waitFor(/Z {2}APP \w{8}: effective -> pending; b runs another JWT\n/);
    await close();
    await stderr.waitFor(/nobody listens at .*; trying again\n/);
    service.fed.fleet = fleetJson([a, { ...b, presence: 'leaving' }], { effective: 1 });
    service.fed.rows = [app];
    await service.listen(port);
    await stderr.waitFor(/the service answers again\n/);
    await stdout.waitFor(/Z {2}server b \(2\.15\.1\): present -> leaving\n/);
    await stdout.waitFor(/pending -> effective\n/);
    expect(await end('SIGINT')).toEqual([0, null]);
    expect(stdout.text).not.toContain('\u001b');
    expect(stdout.text.trimEnd().split('\n')).toHaveLength(4);
  });

  test('with --json a line of JSON for each; one account alone; SIGTERM', async () => {
    const service = new HandService({ fleet: busy, rows: [stale] });
    const { url } = await service.listen();
    const { stdout, end } = watch('APP', '--json', '--url', url);
    await stdout.waitFor(/"change":"account".*\n/);
    service.fed.fleet = calm;
    service.fed.rows = [app];
    await stdout.waitFor(/"state":"effective".*\n/);
    service.fed.rows = [];
    await stdout.waitFor(/"change":"withdrawn"[^\n]*\n/);
    expect(await end('SIGTERM')).toEqual([0, null]);
    const lines = stdout.text
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toEqual([
      { at: expect.any(String), change: 'fleet', fleet: busy },
      { at: expect.any(String), change: 'account', account: stale },
      { at: expect.any(String), change: 'account', account: app },
      { at: expect.any(String), change: 'withdrawn', account: { account: app.account, name: 'APP' } },
    ]);
  });

  test('what does not pass ends it with 1', async () => {
    const service = new HandService({ fleet: calm, rows: [app] });
    const { url } = await service.listen();
    const [stdout, stderr] = [new Collected(), new Collected()];
    const watching = run(['fleet', '--watch', '--url', url], { stdout, stderr });
    await vi.waitFor(() => expect(stdout.text).toContain('all effective'), PATIENCE);
    service.fed.fleet = { ...calm, configured: false };
    expect(await watching).toMatchObject({ code: 1 });
    expect(stderr.text).toMatch(/is not connected to NATS/);
    expect(await run(['fleet', 'NO', '--watch', '--url', url])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('on a terminal', () => {
  test('the tables are drawn anew, trouble above them; the terminal is given back', async () => {
    const service = new HandService({ fleet: calm, rows: [app] });
    const { url, close } = await service.listen();
    const stdout = new Collected(true, { columns: 100, rows: 20 });
    const env = { LANG: 'C.UTF-8' };
    const watching = run(['fleet', '--watch', '--url', url], { stdout, env });
    await vi.waitFor(() => expect(stdout.text).toContain('all effective'), PATIENCE);
    service.fed.fleet = busy;
    service.fed.rows = [stale];
    await vi.waitFor(() => expect(stdout.text).toContain('✗ other'), PATIENCE);
    await close();
    await vi.waitFor(() => expect(stdout.text).toMatch(/nobody listens at .*; trying again/), PATIENCE);
    const last = stdout.text.slice(stdout.text.lastIndexOf('\u001b[H'));
    expect(last).toContain('✗ other');
    expect(stdout.text).toMatch(/^\u001b\[\?25l\u001b\[\?7l\u001b\[2J\u001b\[H/);
    process.emit('SIGINT');
    expect((await watching).code).toBe(0);
    expect(stdout.text).toMatch(/\u001b\[\?25h\u001b\[\?7h$/);
  });

  test('what does not fit is counted', () => {
    const stdout = new Collected(true, { rows: 5 });
    const screen = new Screen(stdout);
    screen.draw(['1', '2', '3', '4']);
    screen.draw(['1', '2', '3', '4', '5']);
    screen.end();
    const [, first, second] = stdout.text.split('\u001b[H');
    expect(first?.match(/\d(?=\u001b\[K\n)/g)).toEqual(['1', '2', '3', '4']);
    expect(second).toContain('3\u001b[K\n(2 more lines do not fit)\u001b[K\n\u001b[J');
  });
});
