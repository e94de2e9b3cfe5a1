import { isAccountKey } from '../../claims/keys.js';
import { AccountNames } from '../../nats/system/account-names.js';
import type { ClientEvent } from '../../nats/system/client-events.js';
import type { SystemSession } from '../../nats/system/session.js';
import { scrub } from '../../observability/scrubber.js';
import type { Output } from '../ports.js';
import { printable, printableJson } from '../printable.js';

/** Prints events in the order in which they came, with the name of the account where it can be found. */
export class EventPrinter {
  readonly #names: AccountNames;
  #last: Promise<void> = Promise.resolve();

  constructor(
    session: SystemSession,
    private readonly output: Output,
    private readonly lineOf: (event: ClientEvent) => string,
  ) {
    this.#names = new AccountNames(session);
  }

  print(event: ClientEvent): void {
    // Asked at once, so that many names are waited for together.
    const named = this.#named(event);
    this.#last = this.#last.then(async () => void this.output.write(`${this.lineOf(await named)}\n`));
  }

  async #named(event: ClientEvent): Promise<ClientEvent> {
    const { account, accountName, kind, server } = event;
    // Whoever was refused may have claimed any account: those are not asked for.
    if (accountName !== '' || kind === 'auth-error' || !isAccountKey(account)) return event;
    return { ...event, accountName: await this.#names.of(account, server.id) };
  }
}

/** One event as a line of JSON; what strangers chose in it can neither act on a terminal nor give a secret away. */
export function jsonLine({ server: { id, name }, connection, ...event }: ClientEvent): string {
  return scrub(printableJson({ ...event, connection: connection ?? null, server: { id, name } }));
}

/** One event as a line for people, as safe as {@link jsonLine}. */
export function textLine(event: ClientEvent): string {
  const { kind, account, accountName, user, userName, host, server, clientName, reason } = event;
  const parts = [
    `account ${withName(accountName, account)}`,
    `user ${withName(userName, user)}`,
    `from ${host || UNKNOWN}`,
    `server ${server.name}`,
    ...(clientName === '' ? [] : [`client "${clientName}"`]),
  ];
  const why = reason === '' ? '' : `: ${reason}`;
  return printable(scrub(`${clock(event.time)} ${kind.padEnd(10)} ${parts.join(', ')}${why}`));
}

const UNKNOWN = 'unknown';

function withName(name: string, key: string): string {
  if (name === '' || name === key) return key || UNKNOWN;
  return key === '' ? name : `${name} (${key})`;
}

/** Servers write nanoseconds, as many digits as it takes; milliseconds stand in line. */
function clock(time: string): string {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? time : new Date(ms).toISOString();
}
