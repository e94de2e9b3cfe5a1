/**
 * Measures what judging a token costs, in a process of its own so that it has a core and a heap for itself. Prints one
 * line of JSON in the shape of {@link ClaimsCosts}.
 *
 *   node --import tsx measure.ts ROUNDS
 */
import { decode } from '@nats-io/jwt';
import { mintOperator } from '../../test/support/mint.js';
import { accountToken, randomAccountKey } from '../accounts/token.js';
import { builtClaims } from './built.js';
import { FORGERIES } from './forgeries.js';

/** Each list has one number a round. */
export interface ClaimsCosts {
  readonly tokenBytes: number;
  /** Microseconds a token: decode, verify, validate, trust. */
  readonly ours: readonly number[];
  /** Microseconds a token: `decode` of @nats-io/jwt, which decodes and verifies. */
  readonly library: readonly number[];
  /** Milliseconds to refuse one. */
  readonly forged: readonly { readonly name: string; readonly times: readonly number[] }[];
  /** How much resident memory has grown after each was refused once. */
  readonly forgedMemoryMb: number;
}

const TOKENS = 500;
/** The library takes some 15 ms for each. */
const LIBRARY_TOKENS = 20;

const { readAccountJwt, readOperatorJwt, trustAccount, trustOperator } = await builtClaims();
const [rounds = '3'] = process.argv.slice(2);
const operator = mintOperator();
const read = readOperatorJwt(operator.jwt);
const trusted = read.ok ? trustOperator(read.value, Date.now() / 1000) : read;
if (!trusted.ok) throw new Error('the operator is not trusted');
const tokens = Array.from({ length: TOKENS }, (_, index) =>
  Buffer.from(accountToken(operator, randomAccountKey(), `account-${index}`)),
);

/** What the service does with each candidate. */
function judge(token: Buffer): void {
  const verified = readAccountJwt(token);
  if (!verified.ok || !trustedBy(verified.value)) throw new Error('a good token was refused');
}

function trustedBy(jwt: Parameters<typeof trustAccount>[1]): boolean {
  return trusted.ok && trustAccount(trusted.value, jwt).ok;
}

/** Microseconds of processor time an item: what else runs on the machine does not count. */
function time<T>(items: readonly T[], work: (item: T) => void): number {
  const before = process.cpuUsage();
  for (const item of items) work(item);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / items.length;
}

/** Until the code is compiled: thousands of tokens are judged at a start, the first hundreds take twice as long. */
const WARM_UP_MS = 1000;

function repeat(measure: () => number): number[] {
  const startedAt = performance.now();
  do measure();
  while (performance.now() - startedAt < WARM_UP_MS);
  return Array.from({ length: Number(rounds) }, measure);
}

const ours = repeat(() => time(tokens, judge));
const library = repeat(() => time(tokens.slice(0, LIBRARY_TOKENS), (token) => decode(token.toString())));

const forgeries = Object.entries(FORGERIES).map(([name, make]) => ({ name, token: make(operator.key) }));

function refuse({ name, token }: (typeof forgeries)[number]): void {
  if (readAccountJwt(token).ok) throw new Error(`${name} was accepted`);
}

/** Each is refused once, one after the other: what many leave behind is for the garbage collector to take. */
const memoryBefore = process.memoryUsage.rss();
for (const forgery of forgeries) refuse(forgery);
const forgedMemoryMb = (process.memoryUsage.rss() - memoryBefore) / 2 ** 20;

const forged = forgeries.map((forgery) => ({
  name: forgery.name,
  times: repeat(() => time([forgery], refuse) / 1000),
}));

const costs: ClaimsCosts = {
  tokenBytes: tokens[0]?.length ?? 0,
  ours,
  library,
  forged,
  forgedMemoryMb,
};
process.stdout.write(`${JSON.stringify(costs)}\n`);
