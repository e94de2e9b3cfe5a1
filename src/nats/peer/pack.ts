import type { PublishedAccounts } from '../../accounts/ports.js';
import type { TrustedAccount } from '../../claims/jwt.js';
import { isExpired } from '../../claims/validity.js';
import type { PeerRequest, ReplyStream } from './request.js';

/** So much is sent before the server is asked whether it keeps up. */
const BATCH_BYTES = 262_144;

/** How a pack ended. */
export type PackEnd = 'answered' | 'abandoned';

/**
 * Sends every account that has not expired, one `<key>|<token>` a message, then an empty one (nats-server
 * server/dirstore.go PackWalk, nsc cmd/pull.go). That one is left out if anything may have been lost: who gets it takes
 * the pack for complete.
 */
export async function sendPack(
  request: PeerRequest,
  published: PublishedAccounts,
  nowSeconds: number,
  isStopped: () => boolean,
): Promise<PackEnd> {
  const stream = request.stream();
  try {
    const complete = await sendAll(stream, unexpired(published, nowSeconds), request.largestReply, isStopped);
    if (complete) request.reply('');
    return complete ? 'answered' : 'abandoned';
  } finally {
    stream.end();
  }
}

async function sendAll(
  stream: ReplyStream,
  accounts: Iterable<TrustedAccount>,
  largest: number,
  isStopped: () => boolean,
): Promise<boolean> {
  let bytes = 0;
  for (const { accountKey, text } of accounts) {
    const line = `${accountKey}|${text}`;
    // A server that takes no larger messages could not be told of this account in any way.
    if (line.length > largest) continue;
    stream.send(line);
    bytes += line.length;
    if (bytes < BATCH_BYTES) continue;
    bytes = 0;
    if (!(await stream.taken()) || isStopped()) return false;
  }
  return (await stream.taken()) && !isStopped();
}

/** The accounts that have not expired. */
export function* unexpired(published: PublishedAccounts, nowSeconds: number): Generator<TrustedAccount> {
  for (const { account } of published.values()) if (!isExpired(account, nowSeconds)) yield account;
}
