import { Readable } from 'node:stream';
import type { PublishedAccounts } from '../../accounts/ports.js';
import { handOnInTurns } from '../../accounts/turns.js';
import type { Result } from '../../claims/jwt.js';
import { isExpired } from '../../claims/validity.js';
import { type ErrorText, sendError } from '../errors.js';
import { registerOtherMethods } from '../methods.js';
import type { HttpPorts } from '../options.js';
import type { App, PackQuery } from '../requests.js';

/**
 * Lines that are put together at once: a pack of 100,000 accounts must not hold up logins, nor its reader memory. A
 * reader that is fast enough would take one batch after the other without a turn for others, so they get one.
 */
const BATCH = 100;

/**
 * `GET /jwt/v1/pack?max=N`: `<key>|<token>` a line, no line end after the last, expired accounts left out.
 * @param limit the most that a request may ask for; negative: no limit
 */
export function registerPack(app: App, { accounts, clock }: HttpPorts, limit: number): void {
  const url = '/jwt/v1/pack';
  app.get<{ Querystring: PackQuery }>(url, async (request, reply) => {
    const max = readMax(request.query.max, limit);
    if (!max.ok) return sendError(reply, max.problem);
    await accounts.whole();
    const nowSeconds = Math.floor(clock.now() / 1000);
    const batches = handOnInTurns(packBatches(accounts.published, max.value, nowSeconds));
    return reply.header('Content-Type', 'text/plain').send(Readable.from(batches, { objectMode: false }));
  });
  registerOtherMethods(app, url, () => ['GET', 'HEAD']);
}

/** Go's rules (server/core/handlers_pack.go): a whole number up to the limit, negative for everything. */
function readMax(text: string | undefined, limit: number): Result<number, ErrorText> {
  if (text === undefined || text === '') return { ok: true, value: unlimitedIfNegative(limit) };
  const bad = `bad max parameter ${JSON.stringify(text.toLowerCase())}`;
  const max = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(max)) return { ok: false, problem: { status: 400, text: bad } };
  if (limit >= 0 && max > limit) {
    return { ok: false, problem: { status: 400, text: `${bad}, no more than ${limit} are allowed` } };
  }
  return { ok: true, value: unlimitedIfNegative(max) };
}

const unlimitedIfNegative = (max: number): number => (max < 0 ? Number.POSITIVE_INFINITY : max);

function* packBatches(published: PublishedAccounts, max: number, nowSeconds: number): Generator<string> {
  let lines: string[] = [];
  let count = 0;
  for (const { account } of published.values()) {
    if (count >= max) break;
    if (isExpired(account, nowSeconds)) continue;
    lines.push(`${account.accountKey}|${account.text}`);
    count++;
    if (lines.length < BATCH) continue;
    // The separator goes before what follows, which may be nothing.
    yield lines.join('\n');
    lines = [''];
  }
  if (lines.length > 1 || lines[0] !== '') yield lines.join('\n');
}
