import { writeFile } from 'node:fs/promises';
import { describeFileError } from '../../config/file-error.js';
import { expandHome } from '../../config/kinds.js';
import { askProfile, type Profile } from '../../nats/system/profile.js';
import { EXIT } from '../exit-codes.js';
import type { Output } from '../ports.js';
import { say } from '../talk.js';
import { SysFailure } from './failures.js';
import { type Carrying, writeJson } from './output.js';
import { showBytes } from './quantities.js';
import type { ProfileRequest, SysRequest } from './request.js';
import { chooseServer, serverFailure } from './server-choice.js';

/** Gets a profile and puts it into a file, or onto standard output. */
export async function profile(
  { session, surroundings }: Carrying,
  request: SysRequest & ProfileRequest,
): Promise<number> {
  const { timeoutMs, durationMs, profile: name } = request;
  const serverId = await chooseServer(session, request.server, timeoutMs);
  const answered = await askProfile(session, { serverId, name, durationMs, timeoutMs });
  if (!answered.ok)
    throw await serverFailure(session, { serverId, service: 'PROFILEZ', timeoutMs }, answered.failure);
  const got = answered.value;
  if (request.output !== undefined) await save(got, request.output);
  if (request.json) await writeJson(surroundings.stdout, profileData(got, request));
  else if (request.output === undefined) await writeBytes(surroundings.stdout, got.bytes);
  if (request.output !== undefined)
    say(surroundings.stderr, [
      `wrote ${request.output} (${showBytes(got.bytes.length)}); look at it with: go tool pprof ${request.output}`,
    ]);
  return EXIT.ok;
}

/** Why a profile cannot go where it would go; undefined when it can. */
export function unfitOutput(
  { output, json }: SysRequest & ProfileRequest,
  stdout: Output,
): string | undefined {
  if (output !== undefined || json || stdout.isTTY !== true) return undefined;
  return 'a profile is binary: name a file with --output FILE, or send it on through a pipe';
}

async function save({ bytes }: Profile, file: string): Promise<void> {
  try {
    await writeFile(expandHome(file), bytes);
  } catch (cause) {
    throw new SysFailure([`cannot write ${file}: ${describeFileError(cause)}`], { cause });
  }
}

function profileData({ server, bytes }: Profile, { profile: name, output }: ProfileRequest): object {
  const { id, name: serverName, version } = server;
  return {
    server: { id, name: serverName, version },
    name,
    bytes: bytes.length,
    ...(output === undefined ? { profile: Buffer.from(bytes).toString('base64') } : { file: output }),
  };
}

/** The end of the program may come right after this: wait until the bytes have left. */
function writeBytes(output: Output, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    output.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
