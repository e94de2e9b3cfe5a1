import fc from 'fast-check';
import { expect, test } from 'vitest';
import { meetParties, type Parties } from '../support/account-parties.js';
import { sign } from '../support/mint.js';
import { accountKeys, type TokenSample, tokenSamples } from '../support/token-samples.js';
import { signerOf } from '../support/token-spellings.js';
import { startJudgingServer } from './judging-server.js';
import { liftedSince, parseVersion } from './older-servers.js';
import { judge, trustedOperator } from './our-verdict.js';

/** Another seed makes other mutants. */
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 1);
const MUTANTS = 10_000;
const JUDGED_BY_SERVER = 200;
const SUBJECT = /"sub":"(A[A-Z2-7]{55})"/;

const payloadOf = (token: string): string => Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();

/** What a mutation puts in the place of something. */
const odd = fc.oneof(
  fc.constantFrom(
    'null',
    '0',
    '-1',
    '1.5',
    '1e3',
    '9223372036854775808',
    'true',
    '""',
    '"x"',
    '[]',
    '{}',
    '"*"',
    '">"',
  ),
  fc.constantFrom(
    '"a b"',
    '".a"',
    '"a..b"',
    '"$1"',
    '"stream"',
    '"service"',
    '[null]',
    '{"a":null}',
    '"\\u0000"',
  ),
  fc.json({ maxDepth: 2 }),
);
const VALUE = /"(?:[^"\\]|\\.)*"(?!\s*:)|-?\d[\d.eE+-]*|true|false|null|\{\}|\[\]/g;

/** One value of the JSON replaced. */
function withOtherValue(json: string, position: number, value: string): string {
  const values = [...json.matchAll(VALUE)];
  const chosen = values[position % values.length];
  if (chosen === undefined) return json;
  return json.slice(0, chosen.index) + value + json.slice(chosen.index + chosen[0].length);
}

/** Some letters changed, put in or taken out. */
function withOtherLetters(text: string, position: number, letters: string, removed: number): string {
  const at = position % (text.length + 1);
  return text.slice(0, at) + letters + text.slice(at + removed);
}

/** Mutants of good tokens: of the claims, signed again; or of the token as it stands. */
function mutants(parties: Parties, good: readonly TokenSample[]): fc.Arbitrary<string> {
  const base = fc.constantFrom(...good.map(({ token }) => token));
  const letters = fc.string({ maxLength: 3 });
  const resign = (json: string): string => sign(json, signerOf(parties));
  const claims = fc
    .tuple(base, fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 2 }))
    .map(([token, changes]) =>
      resign(
        changes.reduce((json, [position, value]) => withOtherValue(json, position, value), payloadOf(token)),
      ),
    );
  const json = fc
    .tuple(base, fc.nat(), letters, fc.nat(3))
    .map(([token, ...change]) => resign(withOtherLetters(payloadOf(token), ...change)));
  const text = fc
    .tuple(base, fc.nat(), letters, fc.nat(3))
    .map(([token, ...change]) => withOtherLetters(token, ...change));
  return fc.oneof(
    { weight: 3, arbitrary: claims },
    { weight: 1, arbitrary: json },
    { weight: 1, arbitrary: text },
  );
}

test('P1: of 10,000 mutants none makes anything throw, and 200 that we take are taken by a nats-server', async () => {
  const parties = meetParties();
  const operator = trustedOperator(parties);
  const good = tokenSamples(parties, { seed: SEED, vectors: 60 }).filter(({ token }) => {
    return token.length < 5_000 && judge(operator, token).taken;
  });
  const taken = new Map<string, string>();
  for (const token of fc.sample(mutants(parties, good), { seed: SEED, numRuns: MUTANTS })) {
    const verdict = judge(operator, token);
    if (verdict.taken && SUBJECT.test(payloadOf(token))) taken.set(payloadOf(token), token);
  }

  // About an account of its own each, since a server has one token an account.
  const keys = accountKeys(SEED + 1_000_000);
  const samples = [...taken.keys()]
    .map((json) => {
      const accountKey = keys.next().value;
      const own = json.replace(SUBJECT, `"sub":"${accountKey}"`);
      const token = sign(own, signerOf(parties));
      return { sample: { name: own, accountKey, token }, ours: judge(operator, token) };
    })
    .filter(({ ours }) => ours.taken)
    .slice(0, JUDGED_BY_SERVER);
  const server = await startJudgingServer(parties.operator, [parties.exporter]);
  const verdicts = await server.fetch(samples.map(({ sample }) => sample));
  const version = parseVersion(server.version);
  const refused = samples.flatMap(({ sample, ours }, index) => {
    const verdict = verdicts[index];
    const known = ours.claims === undefined ? [] : liftedSince(version, ours.claims);
    return verdict?.accepts === true || known.length > 0 ? [] : [{ seed: SEED, json: sample.name, verdict }];
  });
  process.stderr.write(
    `seed ${SEED}: of ${MUTANTS} mutants we take ${taken.size} different ones; nats-server ${server.version} judged ${samples.length}\n`,
  );
  expect(refused).toEqual([]);
  expect(samples).toHaveLength(JUDGED_BY_SERVER);
}, 240_000);
