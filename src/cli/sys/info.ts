import { askIdentities, type Identities, type Idz } from '../../nats/system/identities.js';
import { callRoll, type RollCall, type ServerIdentity } from '../../nats/system/roll-call.js';
import { SINCE } from '../../nats/system/subjects.js';
import { EXIT } from '../exit-codes.js';
import { say } from '../talk.js';
import { answerOf, describeFailure, SysFailure } from './failures.js';
import { type Carrying, writeJson, writeTable } from './output.js';
import type { SysRequest } from './request.js';
import { tooOld } from './server-choice.js';

/** Shows who the servers are; those too old to be asked so are shown by what their PING says. */
export async function info({ session, surroundings }: Carrying, request: SysRequest): Promise<number> {
  const roll = await rollOf({ session, surroundings }, request.timeoutMs);
  const identities = answerOf(await askIdentities(session, roll, request.timeoutMs));
  const lines = linesOf(identities);
  if (lines.length === 0) throw new SysFailure(['no server answered']);
  if (request.json) await writeJson(surroundings.stdout, { servers: lines });
  else
    await writeTable(
      surroundings,
      ['name', 'host', 'id'],
      lines.map(({ name, host, id }) => [name, host, id]),
    );
  say(surroundings.stderr, [
    ...identities.tooOld.map(
      ({ name, version }) => `${tooOld(name, version, 'IDZ', SINCE.IDZ)}; shown from its PING`,
    ),
    ...identities.silent.map(({ name }) => `server ${name} did not answer; shown from its PING`),
  ]);
  return identities.silent.length === 0 ? EXIT.ok : EXIT.failed;
}

/** Whom to wait for; who may not ask waits until the time is over. */
async function rollOf({ session, surroundings }: Carrying, timeoutMs: number): Promise<RollCall | undefined> {
  const roll = await callRoll(session, timeoutMs);
  if (roll.ok || roll.failure.kind !== 'denied') return answerOf(roll);
  say(surroundings.stderr, [`how many servers there are is not known: ${describeFailure(roll.failure)}`]);
  return undefined;
}

interface Line extends Idz {
  /** Which answer it is from. */
  readonly source: 'IDZ' | 'PING';
}

function linesOf({ servers, tooOld, silent }: Identities): readonly Line[] {
  const fromPing = ({ id, name, host }: ServerIdentity): Line => ({ name, host, id, source: 'PING' });
  const lines = [
    ...servers.map(({ id, name, host }): Line => ({ name, host, id, source: 'IDZ' })),
    ...[...tooOld, ...silent].map(fromPing),
  ];
  return lines.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}
