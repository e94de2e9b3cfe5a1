import { describe, expect, test } from 'vitest';
import { AccountRow } from '../../src/fleet/account-row.js';
import { backOffMs } from '../../src/fleet/back-off.js';
import { Column } from '../../src/fleet/column.js';
import { Pace } from '../../src/fleet/pace.js';
import { EFFECT, judge, runsPublished, STANDING } from '../../src/fleet/states.js';
import { WORK } from '../../src/fleet/work.js';

describe('what a server runs', () => {
  const loaded = {
    kind: 'loaded' as const,
    jwt: 'token' as string | undefined,
    complete: true,
    expired: false,
  };

  test.each([
    ['not_loaded', { kind: 'not_loaded' as const }],
    ['current', loaded],
    ['current', { ...loaded, jwt: 'token\n' }],
    ['differs', { ...loaded, jwt: 'token2' }],
    ['differs', { ...loaded, jwt: ' token' }],
    ['differs', { ...loaded, jwt: 'other', expired: true, complete: false }],
    ['incomplete', { ...loaded, complete: false }],
    ['expired', { ...loaded, expired: true, complete: false }],
    ['placeholder', { ...loaded, jwt: undefined, expired: true }],
    ['placeholder', { ...loaded, jwt: '' }],
  ])('%s: %o', (effect, answer) => {
    expect(judge(answer, 'token')).toBe(effect);
  });

  test('only another text is owed, and the published text is never owed', () => {
    expect(EFFECT.filter((effect) => STANDING[effect] === 'owed')).toEqual(['differs']);
    expect(EFFECT.filter(runsPublished)).toEqual(['current', 'incomplete', 'expired']);
  });
});

describe('the work for an account', () => {
  test('never has two notices under way: only the queue leads to sending', () => {
    for (const [from, transitions] of Object.entries(WORK))
      for (const to of Object.values(transitions))
        if (to === 'sending' && from !== 'sending') expect(from).toBe('queued');
  });

  test('a wish during a notice is kept until the notice is answered, whatever the answer', () => {
    const { wanted } = WORK.sending;
    for (const event of ['done', 'rest', 'compare'] as const) expect(WORK[wanted][event]).toBe('queued');
  });

  test('ends at once when the connection is lost', () => {
    for (const transitions of Object.values(WORK)) expect(transitions.dropped).toBe('idle');
  });

  test('a timer ends with the rest that it belonged to', () => {
    const row = new AccountRow(0, 'A', () => undefined);
    let cancelled = 0;
    row.move('rest');
    row.restUntil(() => cancelled++);
    row.move('rest');
    expect(cancelled).toBe(0);
    row.move('wanted');
    expect(cancelled).toBe(1);
  });
});

describe('a column', () => {
  test('is blank where nothing is known, and keeps what it is told', () => {
    const column = new Column();
    expect(column.cell(5_000)).toEqual({
      acknowledged: 'none',
      acknowledgedVersion: 0,
      acknowledgedAtSeconds: 0,
      effect: 'unknown',
      effectVersion: 0,
      effectAtSeconds: 0,
    });
    column.acknowledge(3, 'applied', 2, 1_700_000_000_500);
    column.prove(1_000, 'differs', 7, 1_700_000_001_500);
    expect(column.cell(3)).toMatchObject({
      acknowledged: 'applied',
      acknowledgedVersion: 2,
      acknowledgedAtSeconds: 1_700_000_000,
      effect: 'unknown',
    });
    expect(column.cell(1_000)).toMatchObject({
      acknowledged: 'none',
      effect: 'differs',
      effectVersion: 7,
      effectAtSeconds: 1_700_000_001,
    });
  });
});

describe('time', () => {
  test('a pace allows no bursts after a pause, and makes up for late timers', () => {
    const pace = new Pace(100);
    pace.take(1_000);
    pace.take(1_010);
    const next = 1_010 + pace.waitMs(1_010);
    expect(next).toBeGreaterThan(1_010);
    // The timer comes 3 ms late; the one after it does not.
    pace.take(next + 3);
    expect(next + 3 + pace.waitMs(next + 3)).toBe(next + 10);
    pace.take(9_000);
    expect(pace.waitMs(9_000)).toBeGreaterThanOrEqual(5);
    pace.take(10_000, 50);
    expect(pace.waitMs(10_000)).toBeGreaterThanOrEqual(495);
  });

  test('back-off doubles up to its limit, spread by a quarter', () => {
    expect([1, 2, 3, 9, 5_000].map((attempt) => backOffMs(attempt, 500, 60_000, 0.5))).toEqual([
      500, 1_000, 2_000, 60_000, 60_000,
    ]);
    expect(backOffMs(1, 500, 60_000, 0)).toBe(375);
    expect(backOffMs(1, 500, 60_000, 0.999)).toBeCloseTo(625, 0);
  });
});
