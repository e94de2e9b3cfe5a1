import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { isAccountKey } from '../../src/claims/keys.js';
import { keyOf } from '../claims/judged.js';
import type { Parties } from './account-parties.js';
import { type Body, OPEN_LIMITS } from './mint.js';
import { ODD_PARTS } from './odd-parts.js';
import { type AccountPart, PLAIN_PARTS } from './plain-parts.js';
import { encodeKey } from './public-key.js';
import {
  JSON_SPELLINGS,
  type Spelling,
  sealChunks,
  signerOf,
  TOKEN_SPELLINGS,
  V2_HEADER,
} from './token-spellings.js';

/** A token to be judged. */
export interface TokenSample {
  /** What is special about it, and where it comes from. */
  readonly name: string;
  /** The account that it is about, as servers ask for it; no other sample has it. */
  readonly accountKey: string;
  readonly token: string;
}

/** Which samples are made; the same choices make the same ones, keys of signers apart. */
export interface SampleChoices {
  readonly seed: number;
  /** How many of the golden vectors are among them. */
  readonly vectors: number;
}

/**
 * Makes tokens of many shapes, signed by the operator unless that is what is odd about them: every odd part and every
 * spelling once, each on an account with some plain parts, and a choice of the golden vectors, issued anew.
 */
export function tokenSamples(parties: Parties, { seed, vectors }: SampleChoices): TokenSample[] {
  const keys = accountKeys(seed);
  const minted = mintedSamples(parties, keys, seed);
  return [...minted, ...reissuedVectors(parties, keys, { seed, vectors })];
}

/** The one thing that is special about a minted token. */
type Twist = AccountPart & Spelling;

function mintedSamples(parties: Parties, keys: Iterator<string, never>, seed: number): TokenSample[] {
  const twists: Twist[] = [...PLAIN_PARTS, ...ODD_PARTS, ...JSON_SPELLINGS, ...TOKEN_SPELLINGS];
  const bases = fc.sample(fc.subarray([...PLAIN_PARTS], { maxLength: 4 }), { seed, numRuns: twists.length });
  return twists.map((twist, index) => mintedSample(twist, bases[index] ?? [], parties, keys.next().value));
}

function mintedSample(
  twist: Twist,
  base: readonly AccountPart[],
  parties: Parties,
  freshKey: string,
): TokenSample {
  const claims = accountClaims(parties, freshKey, [...base, twist]);
  const names = base.map(({ name }) => name).join(', ');
  return {
    name: `${twist.name} (on an account with ${names || 'nothing'})`,
    accountKey: claims.sub,
    token: write(twist, claims, parties),
  };
}

function accountClaims(
  parties: Parties,
  freshKey: string,
  parts: readonly AccountPart[],
): Body & { readonly sub: string } {
  const nats: Body = Object.assign({}, ...parts.map((part) => part.nats?.(parties, freshKey)));
  const claims: Body = Object.assign({}, ...parts.map((part) => part.claims?.(parties)));
  return {
    jti: 'SAMPLE',
    iat: 1_700_000_000,
    iss: keyOf(signerOf(parties)),
    name: 'sample',
    ...claims,
    sub: typeof claims.sub === 'string' ? claims.sub : freshKey,
    nats: { limits: OPEN_LIMITS, ...nats, type: 'account', version: 2 },
  };
}

function write({ json, seal, token }: Spelling, claims: Body, parties: Parties): string {
  const text = JSON.stringify(claims);
  const payload = Buffer.from(json?.(text) ?? text).toString('base64url');
  const sealed = seal?.(payload, parties) ?? sealChunks(V2_HEADER, payload, signerOf(parties));
  return token?.(sealed) ?? sealed;
}

/** What is needed of a line of `claims.jsonl`. */
interface Vector {
  readonly id: string;
  readonly group: string;
  readonly note: string;
  readonly jwt?: string;
}

/** Groups about content. What is odd about the others is their signature, which does not outlive signing anew. */
const GROUPS: readonly string[] = ['valid', 'rule', 'typing', 'header', 'keys', 'v1', 'mutant'];
const ISSUER = /"iss":"(O[A-Z2-7]{55})"/;
const SUBJECT = /"sub":"(A[A-Z2-7]{55})"/;

/** The payload of a vector, a character a byte: not every one is UTF-8. */
const payloadOf = (vector: Vector): string =>
  Buffer.from(vector.jwt?.split('.')[1] ?? '', 'base64url').toString('latin1');

function isReissuable(vector: Vector): boolean {
  const payload = payloadOf(vector);
  const aboutAccount = /"type"\s*:\s*"account"/.test(payload);
  return (
    GROUPS.includes(vector.group) &&
    aboutAccount &&
    ISSUER.test(payload) &&
    isAccountKey(SUBJECT.exec(payload)?.[1] ?? '')
  );
}

function reissuedVectors(
  parties: Parties,
  keys: Iterator<string, never>,
  { seed, vectors }: SampleChoices,
): TokenSample[] {
  const text = readFileSync(new URL('../vectors/claims.jsonl', import.meta.url), 'utf8');
  const all = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Vector]));
  const choice = fc.shuffledSubarray(all.filter(isReissuable), { minLength: vectors, maxLength: vectors });
  const [chosen = []] = fc.sample(choice, { seed, numRuns: 1 });
  const seen = new Set<string>();
  return chosen.map((vector) => reissue(vector, parties, { seen, keys }));
}

/** Signs the payload of a vector anew, about another account where its own is taken. Header and JSON stay as odd as they are. */
function reissue(
  vector: Vector,
  parties: Parties,
  { seen, keys }: { seen: Set<string>; keys: Iterator<string, never> },
): TokenSample {
  const payload = payloadOf(vector);
  const [, issuer = ''] = ISSUER.exec(payload) ?? [];
  const [, subject = ''] = SUBJECT.exec(payload) ?? [];
  const accountKey = seen.has(subject) ? keys.next().value : subject;
  seen.add(subject);
  const signer = signerOf(parties);
  const reissued = payload
    .replaceAll(issuer, keyOf(signer))
    .replaceAll(`"sub":"${subject}"`, `"sub":"${accountKey}"`);
  const chunk = Buffer.from(reissued, 'latin1').toString('base64url');
  const [header = ''] = vector.jwt?.split('.') ?? [];
  return {
    name: `${vector.id}: ${vector.note}`,
    accountKey,
    token: sealChunks(header, chunk, signer, isVersion1(payload) ? 'v1' : 'v2'),
  };
}

/** Version 1 has the type at the top; what is no JSON is refused however it is signed. */
function isVersion1(payload: string): boolean {
  try {
    const { type } = JSON.parse(payload) as { type?: unknown };
    return typeof type === 'string' && type !== '';
  } catch {
    return false;
  }
}

/** Account keys without end. Nobody has their seeds: these accounts sign nothing. */
export function* accountKeys(seed: number): Generator<string, never> {
  for (let index = 0; ; index++) {
    yield encodeKey('account', createHash('sha256').update(`${seed}/${index}`).digest());
  }
}
