import { describe, expect, test } from 'vitest';
import { renderAccount } from '../../src/cli/fleet/account-detail.js';
import { faultRows } from '../../src/cli/fleet/faults.js';
import { describeFleet, isWhole } from '../../src/cli/fleet/heading.js';
import { type Looks, looksFor } from '../../src/cli/fleet/looks.js';
import { renderOverview } from '../../src/cli/fleet/overview.js';
import { EVERYTHING, FAULTY, remarks, shownRows, UNSETTLED } from '../../src/cli/fleet/rows.js';
import { layOut } from '../../src/cli/table.js';
import type { FleetAccount, FleetAnswer } from '../../src/http/routes/api/schemas.js';
import { Collected } from './command-line.js';
import {
  cellJson,
  fleetJson,
  keyLike,
  readFleetJson,
  readRowJson,
  rowJson,
  serverJson,
} from './fleet-answers.js';

const FILE = looksFor(new Collected(), {});
const terminal = (columns: number, env: NodeJS.ProcessEnv = { LANG: 'C.UTF-8', NO_COLOR: '1' }): Looks =>
  looksFor(new Collected(true, { columns }), env);

const [a, b, c] = [
  serverJson('a'),
  serverJson('b', { version: '2.9.10' }),
  serverJson('c', { presence: 'silent' }),
];
const since = new Date(Date.UTC(2026, 10, 22, 3, 58, 55)).toISOString();
const app = rowJson('APP', [cellJson(a, 'current'), cellJson(b, 'differs'), cellJson(c, 'unproven')], {
  state: 'pending',
  work: 'sending',
  since,
});
const fleet = fleetJson([c, b, a], { pending: 1, effective: 11 });

function overview(
  json: FleetAnswer,
  rows: readonly FleetAccount[],
  looks = FILE,
  all = false,
): Promise<string[]> {
  const choice = all ? EVERYTHING : FAULTY;
  return renderOverview(
    { fleet: readFleetJson(json), rows: [rows.map(readRowJson)], choice, allServers: all },
    looks,
  );
}

describe('the whole fleet', () => {
  test('a heading, the servers, and the accounts that are not effective with what each server runs', async () => {
    expect(await overview(fleet, [app])).toEqual([
      '12 accounts on 3 servers: 1 pending, 11 effective',
      '',
      'Servers',
      '  server  cluster  version  state    heard',
      '  a       C        2.15.1   present  2s ago',
      '  b       C        2.9.10   present  2s ago',
      '  c       C        2.15.1   silent   2s ago',
      '',
      'Accounts that are not effective',
      '  account  key       state              a   b        c',
      `  APP      ${app.account.slice(0, 8)}  pending for 1m 5s  ok  x other  ? silent`,
      '',
      '  ok: runs the published JWT',
      '  x other: runs another JWT',
      '  ? silent: does not answer',
    ]);
  });

  test('symbols on a terminal that shows them, plain ASCII elsewhere', async () => {
    const symbols = (await overview(fleet, [app], terminal(100))).join('\n');
    expect(symbols).toMatch(/APP .* ✓ +✗ other +\? silent$/m);
    expect(symbols).not.toContain('\u001b');
    for (const env of [{ LANG: 'C' }, { LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }, {}])
      expect((await overview(fleet, [app], terminal(100, { ...env, NO_COLOR: '1' }))).join('')).toMatch(
        /^[ -~]*$/,
      );
    expect((await overview(fleet, [app], terminal(100, { LANG: 'C.UTF-8' }))).join('')).toContain(
      '\u001b[31m✗ other',
    );
  });

  test('all effective: nothing but the servers, unless all is wanted', async () => {
    const calm = fleetJson([a], { effective: 1 });
    expect((await overview(calm, [])).slice(0, 3)).toEqual([
      '1 account on 1 server: all effective',
      '',
      'Servers',
    ]);
    const listed = await overview(calm, [rowJson('APP', [cellJson(a, 'not_loaded')])], FILE, true);
    expect(listed.slice(-4)).toEqual([
      '  account  key       state      a',
      `  APP      ${app.account.slice(0, 8)}  effective  -`,
      '',
      '  -: has not loaded it; it fetches the JWT when a client comes',
    ]);
  });

  test('where a column for each server does not fit, the servers are counted', async () => {
    const servers = Array.from({ length: 500 }, (_, index) => serverJson(`s${index}`));
    const cells = servers.map((server, index) => cellJson(server, index % 100 === 7 ? 'differs' : 'current'));
    const lines = await overview(fleetJson(servers, { pending: 1 }), [
      rowJson('APP', cells, { state: 'pending' }),
    ]);
    expect(lines).toContain('  500 servers: 500 present; 2.15.1 (500)');
    expect(lines).toContain('  account  key       state    run it  need not  others');
    const others = '5 other (s7, s107, s207 and 2 more)';
    expect(lines).toContain(`  APP      ${app.account.slice(0, 8)}  pending  495     0         ${others}`);
    expect(lines.length).toBeLessThan(10);
  });

  test('of many servers only those that want attention are listed, all of them with --all', async () => {
    const servers = Array.from({ length: 30 }, (_, index) =>
      serverJson(`s${index}`, index === 9 ? { presence: 'leaving' } : {}),
    );
    const json = fleetJson(servers, { effective: 1 });
    const some = await overview(json, []);
    expect(some).toContain('  30 servers: 29 present, 1 leaving; 2.15.1 (30)');
    expect(some).toContain('  s9      C        2.15.1   leaving  2s ago');
    expect(some).toHaveLength(6);
    const all = await overview(json, [], FILE, true);
    expect(all.slice(4, 7).map((line) => line.trim().split(' ')[0])).toEqual(['s0', 's1', 's2']);
    expect(all).toHaveLength(34);
  });

  test('100,000 accounts can be listed', async () => {
    const many = Array.from({ length: 100_000 }, () => app);
    expect(await overview(fleetJson([a], { effective: 100_000 }), many, FILE, true)).toHaveLength(100_010);
  });

  test('a server without a name is called by the beginning of its key', async () => {
    const id = keyLike('N', 'x');
    const nameless = serverJson(id, { id });
    const lines = await overview(fleetJson([nameless], { pending: 1 }), [
      rowJson('APP', [cellJson(nameless, 'unproven')]),
    ]);
    expect(lines.join('\n')).toContain(`state      ${id.slice(0, 8)}\n`);
  });

  test('names of strangers do nothing to the terminal', async () => {
    const evil = serverJson('\u001b[2Jx\n', { cluster: '\u202e', version: '\u0007' });
    const row = rowJson('\u001b]0;x\u0007', [cellJson(evil, 'current')], { state: 'pending' });
    const text = (await overview(fleetJson([evil], { pending: 1 }), [row])).join('');
    expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

test('of many accounts only what tells something is listed, and the rest in a sentence', () => {
  const counts = { pending: 150, unknown: 9_000, expired: 3, effective: 7 };
  const json = fleetJson([a, b, c], counts);
  const many = readFleetJson(json);
  const overviewed = shownRows(many, EVERYTHING, false);
  expect(overviewed).toEqual({ states: ['pending', 'incomplete', 'expired'], atMost: 100 });
  expect(shownRows(many, UNSETTLED, false).states).toEqual(['pending', 'incomplete']);
  expect(shownRows(many, UNSETTLED, true)).toBe(UNSETTLED);
  expect(shownRows(readFleetJson(fleet), EVERYTHING, false)).toBe(EVERYTHING);
  expect(remarks(many, overviewed, 100)).toEqual([
    '53 more accounts not effective; --all lists every account',
    '9000 accounts unknown: c does not answer',
  ]);
  const told = (more: Partial<FleetAnswer>) => remarks(readFleetJson({ ...json, ...more }), overviewed, 153);
  expect(told({ connected: false })).toEqual([
    '9000 accounts unknown: the service has no connection to NATS',
  ]);
  expect(told({ servers: [a] })).toEqual([
    '9000 accounts unknown: not every server has said yet what it has',
  ]);
  const silent = ['v', 'w', 'x', 'y', 'z'].map((name) => serverJson(name, { presence: 'silent' }));
  expect(told({ servers: silent })).toEqual(['9000 accounts unknown: v, w, x and 2 more do not answer']);
});

describe('what is told of the fleet in one line', () => {
  const blind = { connected: false, effective: false };
  test.each<[Partial<FleetAnswer>, string, boolean]>([
    [{}, '0 accounts on 1 server: all effective', true],
    [
      { accounts: { ...fleet.accounts, pending: 0, expired: 2 } },
      '13 accounts on 1 server: 2 expired, 11 effective',
      true,
    ],
    [
      { accounts: { ...fleet.accounts, pending: 0, unknown: 1 } },
      '12 accounts on 1 server: 1 unknown, 11 effective',
      false,
    ],
    [
      { ...blind },
      'the service has no connection to NATS: what the servers run is not known (0 accounts on 1 server)',
      false,
    ],
    // However it may come about: no connection is no success.
    [
      { connected: false },
      'the service has no connection to NATS: what the servers run is not known (0 accounts on 1 server)',
      false,
    ],
    [{ servers: [], effective: false }, 'no server has answered yet: 0 accounts on 0 servers', false],
    [{ effective: false }, '0 accounts on 1 server: all effective', false],
  ])('%j', (more, sentence, whole) => {
    const answer = readFleetJson({ ...fleetJson([a], {}), ...more });
    expect(describeFleet(answer)).toBe(sentence);
    expect(isWhole(answer)).toBe(whole);
  });
});

describe('one account', () => {
  const lines = (row: FleetAccount, json = fleet) =>
    renderAccount(readRowJson(row), readFleetJson(json), FILE);

  test('how it stands, and a line for each server', () => {
    const cells = [
      cellJson(a, 'current', { acknowledged: 'applied', acknowledgedAt: since }),
      cellJson(b, 'differs', { acknowledged: 'failed', acknowledgedAt: since }),
      cellJson(c, 'unproven', { acknowledged: 'silent', acknowledgedAt: since, proven: null }),
    ];
    expect(lines({ ...app, servers: cells })).toEqual([
      `APP  ${app.account}`,
      'pending for 1m 5s; is being sent',
      '',
      '      server  what it does                                     said    when it was sent',
      '  ok  a       runs the published JWT                           5s ago  took it 1m 5s ago',
      '  x   b       refused the published JWT                        5s ago  refused it 1m 5s ago',
      '  ?   c       does not answer; has it, which JWT is not known          gave no answer 1m 5s ago',
    ]);
  });

  test('without NATS nothing is claimed', () => {
    const row = rowJson('APP', [], { state: 'unknown' });
    expect(lines(row, { ...fleetJson([], { unknown: 1 }), connected: false })).toEqual([
      `APP  ${row.account}`,
      'unknown: the service has no connection to NATS',
    ]);
  });

  test.each<[CellJsonEffect, string]>([
    ['current', 'ok'],
    ['not_loaded', '-'],
    ['placeholder', '-'],
    ['incomplete', '!'],
    ['expired', '!'],
    ['differs', 'x'],
    ['unproven', '?'],
    ['unknown', '?'],
  ])('%s is marked %s', (effect, mark) => {
    const line = lines(rowJson('APP', [cellJson(a, effect)])).at(-1);
    expect(line?.trim().split(' ')[0]).toBe(mark);
  });
});

type CellJsonEffect = FleetAccount['servers'][number]['effect'];

describe('what keeps an account from being effective', () => {
  const faults = (row: object, json = fleet) =>
    layOut(faultRows([readRowJson(row as FleetAccount)], readFleetJson(json), FILE)).slice(1);

  test('each server that is a reason, with the whole key', () => {
    expect(faults(app)).toEqual([
      `APP      ${app.account}  b       runs another JWT`,
      `APP      ${app.account}  c       does not answer; has it, which JWT is not known`,
    ]);
  });

  test('what the service is doing, where no server is a reason', () => {
    const row = rowJson('APP', [cellJson(a, 'current')], { state: 'pending', work: 'queued', since });
    expect(faults(row)).toEqual([`APP      ${row.account}          pending for 1m 5s; waits to be sent`]);
  });

  test('an effect or a state that this program does not know is a reason, too', () => {
    const cells = [{ ...cellJson(a, 'current'), effect: 'upside_down' }];
    expect(faults({ ...app, state: 'odd', servers: cells })).toEqual([
      `APP      ${app.account}  a       says "upside_down"`,
    ]);
  });
});
