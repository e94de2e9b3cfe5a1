import { showDuration } from '../../config/duration.js';
import { askServer } from '../../nats/system/server-requests.js';
import { EXIT } from '../exit-codes.js';
import { say } from '../talk.js';
import { type Carrying, writeJson } from './output.js';
import type { SysRequest } from './request.js';
import { chooseServer, serverFailure } from './server-choice.js';

/** Has a server read its configuration again. Some do so without an answer: then the outcome is unknown. */
export async function reload(
  { session, surroundings }: Carrying,
  { server, timeoutMs, json }: SysRequest & { readonly server: string },
): Promise<number> {
  const { stdout, stderr } = surroundings;
  const serverId = await chooseServer(session, server, timeoutMs);
  const asked = { serverId, service: 'RELOAD', timeoutMs } as const;
  const answered = await askServer(session, asked);
  if (!answered.ok && answered.failure.kind !== 'silent')
    throw await serverFailure(session, asked, answered.failure);
  const outcome = answered.ok ? 'reloaded' : 'unknown';
  if (json) await writeJson(stdout, { server: serverId, outcome });
  if (answered.ok) {
    say(stderr, [`server ${answered.value.server.name} has read its configuration again`]);
    return EXIT.ok;
  }
  say(stderr, [
    `unknown whether server ${server} has read its configuration again: no answer within ${showDuration(timeoutMs)} (some versions give none); its log tells`,
  ]);
  return EXIT.failed;
}
