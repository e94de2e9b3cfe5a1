import { beforeAll, describe, expect, test } from 'vitest';
import type { AccountClaims } from '../../src/claims/types.js';
import { meetParties } from '../support/account-parties.js';
import { nowSeconds } from '../support/mint.js';
import { type TokenSample, tokenSamples } from '../support/token-samples.js';
import { type JudgingServer, type ServerVerdict, startJudgingServer } from './judging-server.js';
import { isBefore, liftedSince, parseVersion, SAME_RULES, type Version } from './older-servers.js';
import { judge, type OurVerdict, trustedOperator } from './our-verdict.js';

/** Another seed puts other accounts together and takes other vectors. */
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 1);
const VECTORS = 120;

/** Everything that was said about one token. */
interface Judged {
  readonly sample: TokenSample;
  readonly ours: OurVerdict;
  readonly fetched: ServerVerdict;
  readonly pushed: ServerVerdict;
}

/** What a person needs to see why the test failed, and to repeat it. */
function describeSample({ sample, ours, fetched, pushed }: Judged): object {
  const token = sample.token.slice(0, 3000);
  return { seed: SEED, sample: sample.name, against: ours.against, fetched, pushed, token };
}

/**
 * Servers count in nanoseconds of 64 bits, so that an end 292 years ahead is over at once; and for them only 0 is never,
 * not what is below (nats-server server/accounts.go checkExpiration).
 */
function looksExpired({ exp }: AccountClaims): boolean {
  return exp < 0 || exp > nowSeconds() + 9_223_372_036;
}

const YEAR_10000 = 253_402_300_800;

/** Servers cannot write down years beyond 9999: they then send an empty answer to ACCOUNTZ (server/monitor.go). */
function cannotBeTold({ nats }: AccountClaims): boolean {
  const lists = [nats.revocations, ...nats.exports.flatMap((entry) => entry?.revocations ?? [])];
  return lists.some((list) => [...list.values()].some((seconds) => seconds >= YEAR_10000));
}

/** A token that came with line ends, which the one we serve has no more. */
interface Cleaned {
  readonly raw: Judged;
  readonly verdict: ServerVerdict | undefined;
}

interface Findings {
  readonly version: string;
  readonly judged: readonly Judged[];
  readonly cleaned: readonly Cleaned[];
}

async function judgeAll(): Promise<Findings> {
  const parties = meetParties();
  const operator = trustedOperator(parties);
  const server = await startJudgingServer(parties.operator, [parties.exporter]);
  // H5 is left out: the server would crash, as all programs with that library do.
  const all = tokenSamples(parties, { seed: SEED, vectors: VECTORS })
    .map((sample) => ({ sample, ours: judge(operator, sample.token) }))
    .filter(({ ours }) => !ours.against.includes('H5'));
  const samples = all.map(({ sample }) => sample);
  const fetched = await server.fetch(samples);
  const pushed = await server.push(samples);
  const judged = all.map((one, index) => ({ ...one, ...both(fetched[index], pushed[index]) }));
  return { version: server.version, judged, cleaned: await pushCleaned(server, judged) };
}

function both(fetched: ServerVerdict | undefined, pushed: ServerVerdict | undefined) {
  if (fetched === undefined || pushed === undefined) throw new Error('the server did not judge everything');
  return { fetched, pushed };
}

async function pushCleaned(server: JudgingServer, judged: readonly Judged[]): Promise<Cleaned[]> {
  const changed = judged.filter(({ ours, sample }) => ours.taken && ours.text !== sample.token);
  const verdicts = await server.push(changed.map(({ sample, ours }) => ({ ...sample, token: ours.text })));
  return changed.map((raw, index) => ({ raw, verdict: verdicts[index] }));
}

describe('200 tokens and more, judged here and by a nats-server', () => {
  let version: Version;
  let judged: readonly Judged[];
  let cleaned: readonly Cleaned[];

  beforeAll(async () => {
    const findings = await judgeAll();
    report(findings);
    version = parseVersion(findings.version);
    ({ judged, cleaned } = findings);
  }, 180_000);

  test('none that we take is refused by the server, fetched or pushed', () => {
    const refused = judged.filter(
      ({ ours, fetched, pushed }) => ours.taken && !(fetched.accepts && pushed.accepts),
    );
    const unexplained = refused.filter(
      ({ ours }) => ours.claims === undefined || liftedSince(version, ours.claims).length === 0,
    );
    expect(unexplained.map(describeSample)).toEqual([]);
  });

  test('a token that came with line ends fares no worse as we serve it', () => {
    expect(cleaned.length).toBeGreaterThan(2);
    for (const { raw, verdict } of cleaned) {
      expect(verdict?.accepts, raw.sample.name).toBe(raw.pushed.accepts);
    }
  });

  test('those that the server takes and we refuse break rules of hardening', (context) => {
    const refused = judged.filter(
      ({ ours, fetched, pushed }) => !ours.taken && (fetched.accepts || pushed.accepts),
    );
    expect(refused.length).toBeGreaterThan(5);
    if (isBefore(version, SAME_RULES)) context.skip(`nats-server ${version.join('.')} has fewer rules`);
    const others = refused.filter(({ ours }) => !ours.against.every((rule) => /^H\d+$/.test(rule)));
    expect(others.map(describeSample)).toEqual([]);
  });

  test('what the server takes is in force at once, except for times that it reckons wrongly', () => {
    for (const one of judged) {
      const { claims, taken } = one.ours;
      if (!taken || claims === undefined) continue;
      for (const verdict of [one.fetched, one.pushed]) {
        if (!verdict.accepts) continue;
        if (verdict.state === 'expired') expect(claims, one.sample.name).toSatisfy(looksExpired);
        if (verdict.state === 'untold') expect(claims, one.sample.name).toSatisfy(cannotBeTold);
      }
    }
  });

  test('there are enough of both kinds', () => {
    const agreed = judged.filter(({ fetched, pushed }) => fetched.accepts === pushed.accepts);
    expect(agreed.length).toBe(judged.length);
    const taken = agreed.filter(({ ours, fetched }) => ours.taken && fetched.accepts);
    const refused = agreed.filter(({ ours, fetched }) => !ours.taken && !fetched.accepts);
    expect(judged.length).toBeGreaterThanOrEqual(200);
    expect(taken.length).toBeGreaterThan(50);
    expect(refused.length).toBeGreaterThan(100);
  });
});

/** One line, so that a failure can be repeated and hardening is seen to do something. */
function report({ version, judged }: Findings): void {
  const taken = judged.filter(({ ours }) => ours.taken).length;
  const onlyServer = judged.filter(({ ours, fetched }) => !ours.taken && fetched.accepts);
  const rules = [...new Set(onlyServer.flatMap(({ ours }) => ours.against))].sort().join(' ');
  process.stderr.write(
    `seed ${SEED}: of ${judged.length} tokens we take ${taken}; nats-server ${version} takes ${onlyServer.length} of the others (${rules})\n`,
  );
}
