import type { Loaded, LoadedAnswer } from '../fleet/ports.js';
import { type JsonObject, objectIn, readEnvelope, textIn } from './envelope.js';

/** The body of a request about one account (nats-server server/monitor.go AccountzOptions). */
export const accountzRequest = (accountKey: string): string => JSON.stringify({ account: accountKey });

/** The names of all accounts a server has loaded, or undefined when it did not say. */
export function readAccountNames(payload: Uint8Array): readonly string[] | undefined {
  const envelope = readEnvelope(payload);
  if (envelope === undefined || 'error' in envelope) return undefined;
  const { accounts } = envelope.data;
  // Go writes an empty list as null.
  if (accounts === undefined || accounts === null) return [];
  return Array.isArray(accounts) ? accounts.filter((name) => typeof name === 'string') : undefined;
}

/** What a server runs for the account it was asked about. Undefined: not an answer at all. */
export function readLoadedAnswer(payload: Uint8Array): LoadedAnswer | undefined {
  const envelope = readEnvelope(payload);
  if (envelope === undefined) return undefined;
  const { server } = envelope;
  if ('error' in envelope) return { server, loaded: refusal(envelope.error) };
  const detail = objectIn(envelope.data.account_detail);
  return { server, loaded: detail === undefined ? failed('no account detail') : loadedIn(detail) };
}

/** A server that has not loaded the account says so as an error (server/monitor.go accountInfo). */
function refusal(description: string): Loaded {
  return /^Account .* does not exist$/.test(description) ? { kind: 'not_loaded' } : failed(description);
}

function loadedIn(detail: JsonObject): Loaded {
  const { jwt, complete, expired } = detail;
  return {
    kind: 'loaded',
    jwt: typeof jwt === 'string' && jwt !== '' ? jwt : undefined,
    complete: complete === true,
    expired: expired === true,
  };
}

const failed = (description: string): Loaded => ({ kind: 'failed', text: textIn(description) });
