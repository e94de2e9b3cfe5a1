import { verify } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { isBlocking, isBlockingWithTime } from '../../src/claims/issues.js';
import { validate } from '../../src/claims/validate.js';
import { readJwt } from '../../src/claims/verify.js';
import type { Body } from '../support/mint.js';
import { accountJwt, activationJwt, NOW, read } from './judged.js';
import { readVectors, tokenOf, type Verdict } from './verdicts.js';

// Signatures are verified as ever, and counted.
vi.mock('node:crypto', async (load) => {
  const crypto = await load<typeof import('node:crypto')>();
  return { ...crypto, verify: vi.fn(crypto.verify) };
});

/** The vectors hold for any second between 2002 and 2089. */
const decoded = readVectors<Verdict>('claims.jsonl').flatMap((verdict) => {
  const result = readJwt(tokenOf(verdict));
  return verdict.decode.ok && result.ok ? [{ verdict, issues: validate(result.value.claims, NOW) }] : [];
});

describe('the verdicts of the Go library', () => {
  test('there are enough of them', () => {
    expect(decoded.length).toBeGreaterThan(900);
  });

  test('severities: as many of each, and in the order of Go where it has one', () => {
    const differing = decoded.filter(({ verdict, issues }) => {
      if (verdict.validate_panic !== undefined) return false;
      const ours = issues.map(({ severity }) => severity);
      const theirs = (verdict.issues ?? []).map(({ severity }) => severity);
      const sorted = verdict.issues_unordered === true;
      return String(sorted ? ours.sort() : ours) !== String(sorted ? theirs.sort() : theirs);
    });
    expect(differing.map(({ verdict }) => `${verdict.id}: ${verdict.note}`)).toEqual([]);
  });

  test('blocking, with and without time', () => {
    const differing = decoded.filter(
      ({ verdict, issues }) =>
        isBlocking(issues) !== verdict.blocking || isBlockingWithTime(issues) !== verdict.blocking_with_time,
    );
    expect(differing.map(({ verdict }) => `${verdict.id}: ${verdict.note}`)).toEqual([]);
  });

  test('where Go panics (H5) we go on, and have found what it had found', () => {
    const panics = decoded.filter(({ verdict }) => verdict.validate_panic !== undefined);
    expect(panics.length).toBeGreaterThan(0);
    for (const { verdict, issues } of panics) {
      expect(issues.length).toBeGreaterThanOrEqual(verdict.issues?.length ?? 0);
      expect(issues.map(({ rule }) => rule)).toContain('X1');
    }
  });

  test('every issue says where and what, in one short sentence', () => {
    for (const { path, description } of decoded.flatMap(({ issues }) => issues)) {
      expect(path).toMatch(/^(?:exp|nbf|sub|aud|nats\b.*)$/s);
      expect(description).toMatch(/^.{10,400}\.$/);
    }
  });
});

describe('cost', () => {
  /** Time of this process alone: how busy the machine is must not decide. */
  const cpuMs = (run: () => void): number => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1_000;
  };

  const service = (subject: string): Body => ({ subject, type: 'service' });
  const imported = (subject: string): Body => ({ ...service(subject), account: 'A' });
  const many = (subjectOf: (index: number) => string): string[] =>
    Array.from({ length: 5_000 }, (_, index) => subjectOf(index));

  /** Of judging an account with these subjects as exports and imports, at best of three. */
  const cost = (subjects: readonly string[]): number => {
    const { claims } = read(accountJwt({ exports: subjects.map(service), imports: subjects.map(imported) }));
    return Math.min(...[1, 2, 3].map(() => cpuMs(() => expect(validate(claims, NOW)).toEqual([]))));
  };

  test.each<[string, string[]]>([
    ['words', many((index) => `team${index % 50}.service${index}.request`)],
    ['wildcards', many((index) => `team${index % 50}.service${index}.*.>`)],
    ['wildcards before the name', many((index) => `*.service${index}.request`)],
  ])('eight times as many exports and imports take about eight times as long: %s', (_, subjects) => {
    // Comparing each with each would take 64 times as long.
    expect(cost(subjects) / cost(subjects.slice(0, subjects.length / 8))).toBeLessThan(32);
  });

  test('where half of them have to be compared with the other half, 5,000 take seconds at most', () => {
    expect(cost(many((index) => (index % 2 === 0 ? `x${index}.a` : `*.b${index}`)))).toBeLessThan(5_000);
  });

  test('subjects of a hundred thousand tokens are judged', () => {
    const long = 'a.'.repeat(100_000);
    const nats = { exports: [service(`${long}b`), service(`${long}>`)], imports: [imported(`${long}b`)] };
    const { claims } = read(accountJwt(nats));
    expect(validate(claims, NOW).map(({ rule }) => rule)).toEqual(['X17']);
  });

  test('an activation token is verified once, however often its account is judged', () => {
    const { claims } = read(
      accountJwt({
        imports: Array.from({ length: 50 }, () => ({ ...imported('svc.a'), token: activationJwt() })),
      }),
    );
    vi.mocked(verify).mockClear();
    const first = validate(claims, NOW);
    expect(verify).toHaveBeenCalledTimes(50);
    expect(validate(claims, NOW)).toEqual(first);
    expect(verify).toHaveBeenCalledTimes(50);
  });
});
