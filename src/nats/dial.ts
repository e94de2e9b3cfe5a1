import { type Authenticator, connect, type NatsConnection } from '@nats-io/transport-node';
import { AwayError, NO_NATS_SERVER_THERE } from './failure.js';
import { greeting } from './greeting.js';
import { connectionOptions, type Plan } from './plan.js';
import { withinTime } from './within-time.js';

/** How long an end waits for what is being sent. */
const DRAIN_MS = 1_000;

/**
 * Tries once to connect. `again`: an earlier try failed, so that only servers are tried that are heard to speak.
 * @throws Error for which `reasonOf` has a reason
 */
export async function dial(
  plan: Plan,
  again: boolean,
  authenticator: Authenticator,
): Promise<NatsConnection> {
  const hosts = again ? await greetingHosts(plan) : plan.hosts;
  return connect(connectionOptions(plan, hosts, authenticator));
}

/** Ends a connection; one that stands first sends what is still to be sent. */
export async function hangUp(connection: NatsConnection, stands: boolean): Promise<void> {
  // A drain fails when the connection breaks meanwhile, which ends it just as well.
  if (stands) await withinTime(connection.drain(), DRAIN_MS);
  await connection.close();
}

async function greetingHosts({ hosts, options }: Plan): Promise<string[]> {
  const heard = await Promise.all(hosts.map((host) => greeting(host, options.connectTimeoutMs)));
  const alive = hosts.filter((_, index) => heard[index] === 'greets');
  const [first] = heard;
  if (alive.length > 0 || first === undefined || first === 'greets') return alive;
  throw new AwayError(first, first === 'unreachable' ? 'connection refused' : NO_NATS_SERVER_THERE);
}
