import { openSystemSession } from '../../app/system-session.js';
import { type ConfigSources, loadNatsConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import type { SystemSession } from '../../nats/system/session.js';
import { EXIT } from '../exit-codes.js';
import type { Surroundings } from '../ports.js';
import { say, sayProblems } from '../talk.js';
import { events } from './events.js';
import { connectFailure, SysFailure } from './failures.js';
import { info } from './info.js';
import type { Carrying } from './output.js';
import { ping } from './ping.js';
import { profile, unfitOutput } from './profile.js';
import { reload } from './reload.js';
import type { SysRequest } from './request.js';
import { stats } from './stats.js';
import { userInfo } from './user-info.js';

/** Runs `sys`. @returns the exit code, see {@link EXIT} */
export async function sys(
  surroundings: Surroundings,
  request: SysRequest,
  sources: ConfigSources,
): Promise<number> {
  const { stdout, stderr } = surroundings;
  const unfit = request.kind === 'profile' ? unfitOutput(request, stdout) : undefined;
  if (unfit !== undefined) {
    say(stderr, [unfit]);
    return EXIT.usage;
  }
  const loaded = loadNatsConfig(sources);
  sayProblems(stderr, loaded);
  if (!loaded.ok) return EXIT.failed;
  try {
    return await connected(surroundings, request, loaded.config.nats);
  } catch (error) {
    if (!(error instanceof SysFailure)) throw error;
    say(stderr, error.sentences);
    return EXIT.failed;
  }
}

async function connected(
  surroundings: Surroundings,
  request: SysRequest,
  nats: Config['nats'],
): Promise<number> {
  const session = await connect(nats, request.kind === 'events');
  try {
    return await carryOut({ session, surroundings }, request);
  } finally {
    await session.close();
  }
}

async function connect(nats: Config['nats'], roams: boolean): Promise<SystemSession> {
  try {
    return await openSystemSession(nats, { roams });
  } catch (error) {
    throw connectFailure(error, nats);
  }
}

function carryOut(carrying: Carrying, request: SysRequest): Promise<number> {
  switch (request.kind) {
    case 'ping':
      return ping(carrying, request);
    case 'info':
      return info(carrying, request);
    case 'stats':
      return stats(carrying, request);
    case 'profile':
      return profile(carrying, request);
    case 'reload':
      return reload(carrying, request);
    case 'user-info':
      return userInfo(carrying, request);
    case 'events':
      return events(carrying, request);
  }
}
