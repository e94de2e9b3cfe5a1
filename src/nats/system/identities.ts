import { readObject, textIn } from '../envelope.js';
import type { Answered } from './answered.js';
import type { RollCall, ServerIdentity } from './roll-call.js';
import type { SystemSession } from './session.js';
import { PING_IDZ_SUBJECT, SINCE } from './subjects.js';
import { isOlderThan } from './version.js';

/** How a server is identified. */
export interface Idz {
  readonly id: string;
  readonly name: string;
  readonly host: string;
}

/** What servers say of who they are. */
export interface Identities {
  readonly servers: readonly Idz[];
  /** Servers that are too old for the question; what they are is known from their PING. */
  readonly tooOld: readonly ServerIdentity[];
  /** Servers that could have answered and did not. */
  readonly silent: readonly ServerIdentity[];
}

/** Asks all servers who they are. `roll` tells whom to wait for; without it we wait until the time is over. */
export async function askIdentities(
  session: SystemSession,
  roll: RollCall | undefined,
  timeoutMs: number,
): Promise<Answered<Identities>> {
  const known = roll?.servers ?? [];
  const tooOld = known.filter(({ version }) => isOlderThan(version, SINCE.IDZ));
  const awaited = known.filter((server) => !tooOld.includes(server));
  if (known.length > 0 && awaited.length === 0)
    return { ok: true, value: { servers: [], tooOld, silent: [] } };
  const heard = new Map<string, Idz>();
  const isSilent = ({ id }: ServerIdentity): boolean => !heard.has(id);
  const failure = await session.ask({ subject: PING_IDZ_SUBJECT, timeoutMs }, (payload) => {
    const idz = readIdz(payload);
    if (idz !== undefined) heard.set(idz.id, idz);
    return awaited.length > 0 && !awaited.some(isSilent);
  });
  if (failure !== undefined) return { ok: false, failure };
  const silent = awaited.filter(isSilent);
  return { ok: true, value: { servers: [...heard.values()], tooOld, silent } };
}

/** The answer has no envelope (nats-server server/events.go ServerID). */
function readIdz(payload: Uint8Array): Idz | undefined {
  const answer = readObject(payload);
  const id = textIn(answer?.id);
  return id === '' ? undefined : { id, name: textIn(answer?.name) || id, host: textIn(answer?.host) };
}
