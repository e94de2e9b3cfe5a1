import { readFile } from 'node:fs/promises';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import type { Demo } from './demo-directory.js';
import { DemoError, messageOf } from './demo-error.js';
import { DEMO_NAMES, type DemoUser } from './layout.js';

const CONNECT_TIMEOUT_MS = 5_000;

/** Shows one line to whoever watches the demo. */
export type Print = (line: string) => void;

/** A client of the demo's account, connected to a nats-server. */
export interface DemoClient {
  /** Resolves when the connection has ended, with the reason; empty when {@link close} ended it. */
  readonly closed: Promise<string>;
  /** Publishes a greeting that the other clients print. */
  greet(): void;
  close(): Promise<void>;
}

/**
 * Connects as a user of the account APP, prints every greeting that arrives, and says when the server ends the
 * connection. It does not reconnect: the end is what there is to see.
 * @throws DemoError when there is no nats-server, or it refuses the user
 */
export async function connectDemoClient(demo: Demo, user: DemoUser, print: Print): Promise<DemoClient> {
  const connection = await connectAs(demo, user);
  print(`client ${user}: connected to ${demo.natsUrl}, listening on greet.>`);
  const subscription = connection.subscribe('greet.>', {
    callback: (error, message) => {
      if (error === null) print(`client ${user}: received on ${message.subject}: ${message.string()}`);
    },
  });
  // The server has to know the subscription before anybody greets.
  await connection.flush();
  let wanted = false;
  return {
    closed: connection.closed().then((cause) => (wanted ? '' : reasonOf(cause))),
    greet: () => connection.publish(`greet.${user}`, `hello from ${user}`),
    close: async () => {
      wanted = true;
      subscription.unsubscribe();
      await connection.close();
    },
  };
}

/** Why a connection ended that nobody here closed. */
function reasonOf(cause: unknown): string {
  return cause === undefined ? 'the connection was lost' : messageOf(cause);
}

async function connectAs(demo: Demo, user: DemoUser): Promise<NatsConnection> {
  try {
    return await connect({
      servers: demo.natsUrl,
      authenticator: credsAuthenticator(await readFile(demo.credsFile(DEMO_NAMES.account, user))),
      name: `demo client ${user}`,
      timeout: CONNECT_TIMEOUT_MS,
      reconnect: false,
    });
  } catch (cause) {
    throw new DemoError(`${user} cannot connect to ${demo.natsUrl}: ${messageOf(cause)}`, { cause });
  }
}
