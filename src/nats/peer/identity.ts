import { hostname } from 'node:os';
import { createServer } from 'nkeys.js';

/** Signs our answers the way servers sign theirs; nsc goes by the name, others by the id. */
export class PeerIdentity {
  readonly #host = hostname();
  /** In the form of a server's id, so that those who tell answers apart by it can; another one in each process. */
  readonly #id = createServer().getPublicKey();
  #seq = 0;

  constructor(private readonly version: string) {}

  /** An answer with data. */
  data(data: unknown): string {
    return JSON.stringify({ server: this.#server(), data });
  }

  /** Says yes in the words of a nats-server (server/accounts.go respondToUpdate). */
  done(message: string, account?: string): string {
    return this.data({ account, code: 200, message });
  }

  /** Says no: what was to be done, and why it was not. */
  failed(phase: string, reason: string, account?: string): string {
    const error = { account, code: 500, description: `${phase} - ${reason}` };
    return JSON.stringify({ server: this.#server(), error });
  }

  #server(): object {
    this.#seq++;
    return {
      name: `nats-account-server@${this.#host}`,
      host: this.#host,
      id: this.#id,
      ver: this.version,
      seq: this.#seq,
      jetstream: false,
      time: new Date().toISOString(),
    };
  }
}
