import { describe, expect, test, vi } from 'vitest';
import type { Wait } from '../../src/cli/fleet/fleet-api.js';
import { getJson } from '../../src/cli/fleet/get-json.js';
import type { Look } from '../../src/cli/fleet/look.js';
import { ServiceProblem } from '../../src/cli/fleet/problem.js';
import { type Progress, waitUntilEffective } from '../../src/cli/fleet/wait.js';
import { waitProgress } from '../../src/cli/fleet/wait-progress.js';
import { Collected, run } from './command-line.js';
import { cellJson, fleetJson, readFleetJson, rowJson, serverJson } from './fleet-answers.js';
import { HandService, httpServer } from './hand-service.js';

const a = serverJson('a');
const fleet = readFleetJson(fleetJson([a], { pending: 1 }));
const look = (more: Partial<Look> = {}): Look => ({
  fleet,
  row: undefined,
  absent: undefined,
  effective: false,
  final: false,
  ...more,
});
const EFFECTIVE = look({ effective: true });
const AWAY = new ServiceProblem('away', 'passing');

/** Gives these in turn, the last one again and again, and keeps what was asked. */
function looks(...results: (Look | Error)[]) {
  const asked: Wait[] = [];
  const at = async (wait: Wait = {}): Promise<Look> => {
    asked.push(wait);
    const result = results[Math.min(asked.length, results.length) - 1] ?? look();
    if (result instanceof Error) throw result;
    return result;
  };
  return { at, asked };
}

class KeptProgress implements Progress {
  readonly told: string[] = [];
  constructor(readonly shown = false) {}
  looked(): void {
    this.told.push('looked');
  }
  trouble(problem: ServiceProblem): void {
    this.told.push(problem.message);
  }
}

describe('waiting until all is effective', () => {
  test('ends as soon as it is', async () => {
    const { at, asked } = looks(look(), EFFECTIVE);
    expect(await waitUntilEffective(at, 60_000, new KeptProgress())).toBe(EFFECTIVE);
    expect(asked).toHaveLength(2);
  });

  test('ends with what was seen last when the time is up, and holds no answer back longer than that', async () => {
    const { at, asked } = looks(look());
    const startedAt = performance.now();
    expect((await waitUntilEffective(at, 700, new KeptProgress())).effective).toBe(false);
    expect(performance.now() - startedAt).toBeGreaterThan(695);
    expect(asked.every(({ waitMs = 0 }) => waitMs <= 700)).toBe(true);
    expect(asked.at(-1)?.waitMs).toBe(0);
    // Answers that come at once are no reason to ask all the time.
    expect(asked.length).toBeLessThan(6);
  });

  test('asks for at most 25 s at a time, and for 1 s when somebody looks on', async () => {
    for (const [shown, waitMs] of [
      [false, 25_000],
      [true, 1_000],
    ] as const) {
      const { at, asked } = looks(EFFECTIVE);
      await waitUntilEffective(at, 3_600_000, new KeptProgress(shown));
      expect(asked).toEqual([{ waitMs }]);
    }
  });

  test('what does not change any more is not waited for', async () => {
    const { at, asked } = looks(look({ final: true }));
    expect((await waitUntilEffective(at, 60_000, new KeptProgress())).effective).toBe(false);
    expect(asked).toHaveLength(1);
  });

  test('a service that is away may come back', async () => {
    const { at } = looks(AWAY, look(), AWAY, EFFECTIVE);
    const progress = new KeptProgress();
    expect(await waitUntilEffective(at, 60_000, progress)).toBe(EFFECTIVE);
    expect(progress.told).toEqual(['away', 'looked', 'away']);
  });

  test('a service that is away at the end, or that refuses, is no answer', async () => {
    await expect(waitUntilEffective(looks(look(), AWAY).at, 400, new KeptProgress())).rejects.toBe(AWAY);
    const refusal = new ServiceProblem('no');
    await expect(waitUntilEffective(looks(refusal).at, 60_000, new KeptProgress())).rejects.toBe(refusal);
  });
});

describe('progress', () => {
  test('on a terminal: one line, which is taken away at the end', () => {
    const stderr = new Collected(true, { columns: 40 });
    const progress = waitProgress(stderr);
    progress.looked(look(), 4_200);
    progress.trouble(AWAY);
    progress.clear();
    const [, first, second, last] = stderr.text.split('\r\u001b[K');
    expect([first, second, last]).toEqual([
      '5 s left; 1 account on 1 server: 1 pend',
      'trying again; away',
      '',
    ]);
  });

  test('elsewhere: trouble alone, once until it is over', () => {
    const stderr = new Collected();
    const progress = waitProgress(stderr);
    for (const trouble of [AWAY, AWAY]) progress.trouble(trouble);
    progress.looked(look(), 1);
    progress.trouble(AWAY);
    progress.clear();
    expect(stderr.text).toBe('nats-account-server: away; trying again until the time is up\n'.repeat(2));
  });
});

test('a service that is being restarted is waited for', async () => {
  const row = rowJson('APP', [cellJson(a, 'current')]);
  const service = new HandService({ fleet: fleetJson([a], { effective: 1 }), rows: [row] });
  const { url, port, close } = await service.listen();
  await close();
  const stderr = new Collected();
  const waiting = run(['fleet', '--wait', '30s', '--url', url], { stderr });
  await vi.waitFor(() => expect(stderr.text).toMatch(/nobody listens/), { timeout: 20_000 });
  await service.listen(port);
  expect(await waiting).toMatchObject({ code: 0, stdout: '1 account on 1 server: all effective\n' });
  expect(stderr.text).toMatch(
    /^nats-account-server: nobody listens at .*; trying again until the time is up\n$/,
  );
});

describe('a request', () => {
  test('that nobody answers ends in time', async () => {
    const { url } = await httpServer(() => undefined);
    const service = { url: `${url}/`, token: undefined, trust: {} };
    await expect(getJson(service, 'x', { timeoutMs: 200 })).rejects.toMatchObject({
      message: `${url} did not answer within 0.2 s`,
      prospect: 'passing',
    });
  });

  test('ends with the reason of its signal', async () => {
    const { url } = await httpServer(() => undefined);
    const service = { url: `${url}/`, token: undefined, trust: {} };
    const reason = new Error('enough');
    const controller = new AbortController();
    const asked = getJson(service, 'x', { timeoutMs: 60_000, signal: controller.signal });
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });

  test('whose answer has no end is given up', async () => {
    const chunk = Buffer.alloc(4 * 2 ** 20, '[');
    const { url } = await httpServer((_request, response) => {
      const more = (): void =>
        void (response.write(chunk) ? setImmediate(more) : response.once('drain', more));
      more();
    });
    const service = { url: `${url}/`, token: undefined, trust: {} };
    await expect(getJson(service, 'x', { timeoutMs: 60_000 })).rejects.toThrow(/answers without end/);
  });
});
