import type { ServerFacts } from '../fleet/ports.js';

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Server ids go into subjects and logs; everything a real server calls itself fits. */
const SERVER_ID = /^[A-Za-z0-9_-]{1,128}$/;
const LONGEST_TEXT = 256;

const decoder = new TextDecoder();

/** Reads a payload that should be a JSON object; anything else is `undefined`, never an error. */
export function readObject(payload: Uint8Array): JsonObject | undefined {
  try {
    return objectIn(JSON.parse(decoder.decode(payload)));
  } catch {
    return undefined;
  }
}

/** The value as an object; `null`, arrays and all else are none. */
export function objectIn(value: unknown): JsonObject | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  // Checked above: an object has string keys and unknown values.
  return value as JsonObject;
}

/** The value as text, cut to a length fit for logs. */
export const textIn = (value: unknown): string =>
  typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : '';

/** The server info object that answers and events carry (nats-server server/events.go ServerInfo). */
export function serverIn(value: unknown, startedAt?: unknown): ServerFacts | undefined {
  const server = objectIn(value);
  const id = server?.id;
  if (server === undefined || typeof id !== 'string' || !SERVER_ID.test(id)) return undefined;
  return {
    id,
    name: textIn(server.name) || id,
    cluster: textIn(server.cluster),
    version: textIn(server.ver),
    ...(typeof startedAt === 'string' && { startedAt: textIn(startedAt) }),
  };
}

/** An answer of a server: either data or an error. */
export type Envelope =
  | { readonly server: ServerFacts; readonly data: JsonObject }
  | { readonly server: ServerFacts; readonly error: string };

/**
 * Takes the usual answer `{"server", "data"}` or `{"server", "error"}` apart. An error may come with `"data": null`.
 * Garbage, and answers that do not say whose they are, are `undefined`.
 */
export function readEnvelope(payload: Uint8Array): Envelope | undefined {
  const answer = readObject(payload);
  const server = serverIn(answer?.server);
  if (answer === undefined || server === undefined) return undefined;
  const error = objectIn(answer.error);
  if (error !== undefined) return { server, error: textIn(error.description) };
  const data = objectIn(answer.data);
  return data === undefined ? undefined : { server, data };
}
