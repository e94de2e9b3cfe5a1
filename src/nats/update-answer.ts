import type { UpdateAnswer, UpdateResult } from '../fleet/ports.js';
import { readEnvelope, textIn } from './envelope.js';

/**
 * What a server answered to an update (nats-server server/accounts.go: respondToUpdate and the messages passed to it;
 * `Updated jwt` is nats-account-server server/core). Undefined: not an answer at all.
 */
export function readUpdateAnswer(payload: Uint8Array): UpdateAnswer | undefined {
  const envelope = readEnvelope(payload);
  if (envelope === undefined) return undefined;
  const { server } = envelope;
  if ('error' in envelope) return { server, result: 'failed', text: envelope.error };
  const text = textIn(envelope.data.message);
  return { server, result: classify(text), text };
}

function classify(message: string): UpdateResult {
  if (message === 'jwt updated' || message === 'jwt updated cache') return 'applied';
  if (message.includes('skipped')) return 'not_loaded';
  return message === 'Updated jwt' ? 'account_server' : 'unknown';
}
