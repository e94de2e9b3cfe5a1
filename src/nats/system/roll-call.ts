import { type JsonObject, objectIn, readObject, serverIn, textIn } from '../envelope.js';
import { PING_SUBJECT } from '../subjects.js';
import type { Answered } from './answered.js';
import type { SystemSession } from './session.js';

/** Who a server is. */
export interface ServerIdentity {
  readonly id: string;
  readonly name: string;
  /** The address it listens on, as it knows it. */
  readonly host: string;
  /** Empty when it is in none. */
  readonly cluster: string;
  readonly version: string;
}

/** How a server does, from its STATSZ (nats-server server/events.go ServerStatsMsg). What it does not say is undefined. */
export interface ServerCondition extends ServerIdentity {
  readonly startedAt: string | undefined;
  /** By the server's own clock. */
  readonly uptimeMs: number | undefined;
  readonly connections: number | undefined;
  readonly subscriptions: number | undefined;
  /** Per cent of one core. */
  readonly cpuPercent: number | undefined;
  readonly memoryBytes: number | undefined;
}

/** A server that answered, and how long that took. */
export interface PresentServer extends ServerCondition {
  readonly roundTripMs: number;
}

/** Who answered. */
export interface RollCall {
  /** By name. */
  readonly servers: readonly PresentServer[];
  /** How many there should be, as the server says that knows most. */
  readonly expected: number;
}

/** The identity in the `server` object of an answer (nats-server server/events.go ServerInfo). */
export function identityIn(value: unknown): ServerIdentity | undefined {
  const facts = serverIn(value);
  if (facts === undefined) return undefined;
  const { id, name, cluster, version } = facts;
  return { id, name, host: textIn(objectIn(value)?.host), cluster, version };
}

/** Reads the head of a STATSZ answer. */
export function readCondition(message: JsonObject): ServerCondition | undefined {
  const [identity, stats] = [identityIn(message.server), objectIn(message.statsz)];
  if (identity === undefined || stats === undefined) return undefined;
  const startedAt = textIn(stats.start) || undefined;
  const uptimeMs = Date.parse(textIn(objectIn(message.server)?.time)) - Date.parse(startedAt ?? '');
  return {
    ...identity,
    startedAt,
    uptimeMs: Number.isFinite(uptimeMs) ? Math.max(0, uptimeMs) : undefined,
    connections: numberIn(stats.connections),
    subscriptions: numberIn(stats.subscriptions),
    cpuPercent: numberIn(stats.cpu),
    memoryBytes: numberIn(stats.mem),
  };
}

/** The value if it is a number. */
export const numberIn = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** Has all servers answer. Ends when as many have as there are, or when the time is over. */
export async function callRoll(session: SystemSession, timeoutMs: number): Promise<Answered<RollCall>> {
  const present = new Map<string, PresentServer>();
  let expected = 1;
  const failure = await session.ask({ subject: PING_SUBJECT, timeoutMs }, (payload, afterMs) => {
    const message = readObject(payload);
    const condition = message && readCondition(message);
    if (condition === undefined) return false;
    present.set(condition.id, { ...condition, roundTripMs: afterMs });
    expected = Math.max(expected, numberIn(objectIn(message?.statsz)?.active_servers) ?? 0);
    return present.size >= expected;
  });
  if (failure !== undefined) return { ok: false, failure };
  if (present.size === 0)
    return { ok: false, failure: { kind: 'silent', subject: PING_SUBJECT, waitedMs: timeoutMs } };
  const servers = [...present.values()].toSorted((a, b) => byText(a.name, b.name) || byText(a.id, b.id));
  return { ok: true, value: { servers, expected } };
}

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
