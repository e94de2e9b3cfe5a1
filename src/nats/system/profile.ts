import { objectIn, textIn } from '../envelope.js';
import type { Answered } from './answered.js';
import type { ServerIdentity } from './roll-call.js';
import { askServer } from './server-requests.js';
import type { SystemSession } from './session.js';

/** The profiles that a nats-server can give: those of Go's runtime/pprof, and `cpu` (nats-server server/monitor.go profilez). */
export const PROFILES = ['heap', 'allocs', 'goroutine', 'mutex', 'threadcreate', 'block', 'cpu'] as const;
/** One of {@link PROFILES}. */
export type ProfileName = (typeof PROFILES)[number];

/** A server measures the processor for no longer than this (nats-server server/monitor.go profilez). */
export const LONGEST_CPU_PROFILE_MS = 15_000;

/** Which profile. */
export interface ProfileWanted {
  readonly serverId: string;
  readonly name: ProfileName;
  /** How long `cpu` is measured; others are taken at once. */
  readonly durationMs: number;
  readonly timeoutMs: number;
}

/** A profile in the format of pprof (gzip). */
export interface Profile {
  readonly server: ServerIdentity;
  readonly bytes: Uint8Array;
}

/** Asks one server for a profile. */
export async function askProfile(session: SystemSession, wanted: ProfileWanted): Promise<Answered<Profile>> {
  const measuredMs = wanted.name === 'cpu' ? wanted.durationMs : 0;
  const answered = await askServer(session, {
    serverId: wanted.serverId,
    service: 'PROFILEZ',
    // Go's durations are nanoseconds.
    payload: JSON.stringify({ name: wanted.name, ...(measuredMs > 0 && { duration: measuredMs * 1e6 }) }),
    timeoutMs: wanted.timeoutMs + measuredMs,
  });
  if (!answered.ok) return answered;
  const { server, message } = answered.value;
  const data = objectIn(message.data);
  const profile = typeof data?.profile === 'string' ? Buffer.from(data.profile, 'base64') : undefined;
  if (profile !== undefined && profile.length > 0) return { ok: true, value: { server, bytes: profile } };
  const text = textIn(data?.error) || 'the answer holds no profile';
  return { ok: false, failure: { kind: 'refused', text } };
}
