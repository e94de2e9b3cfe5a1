import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Roster } from './roster.js';

/** Where a socket carries its use: a look-up for each request would take longer. */
const USE = Symbol('use');

declare module 'node:net' {
  interface Socket {
    [USE]?: Use | undefined;
  }
}

interface Use {
  readonly socket: Socket;
  /** The last one; those before it are finished, since answers keep the order of requests. */
  response: ServerResponse | undefined;
  /** When the last request came, or a look found one under way. */
  atMs: number;
  /** How much of what was written the client had taken at the last look, and since when that is so. */
  taken: number;
  takenAtMs: number;
}

/**
 * Who is connected, and who is only keeping a connection: what closing without breaking a request has to know. A request
 * costs a look-up here; all else is found out by looking at the sockets now and then.
 */
export class Connections {
  readonly #uses = new Roster<Use>();

  /** A connection is there. */
  opened(socket: Socket): void {
    const nowMs = performance.now();
    const use: Use = { socket, response: undefined, atMs: nowMs, taken: 0, takenAtMs: nowMs };
    const place = this.#uses.join(use);
    socket[USE] = use;
    socket.once('close', () => {
      this.#uses.leave(place);
      socket[USE] = undefined;
    });
  }

  /** A request has come on its connection, at this time of `performance.now()`. */
  used(request: IncomingMessage, response: ServerResponse, nowMs: number): void {
    const use = request.socket[USE];
    if (use === undefined) return;
    use.response = response;
    use.atMs = nowMs;
  }

  /** Whether bytes of an answer are already on their way, so that no other may be written. */
  isAnswering(socket: Duplex): boolean {
    const use = socket instanceof Socket ? socket[USE] : undefined;
    return use !== undefined && isAnswering(use);
  }

  /** Lets every answer that has not begun say that its connection ends with it. */
  announceEnd(): void {
    for (const { response } of this.#uses) {
      if (response?.headersSent === false) response.shouldKeepAlive = false;
    }
  }

  /** Closes the connections on which nothing has happened for so long, as far as this and earlier looks can tell. */
  closeIdle(idleMs: number): void {
    const nowMs = performance.now();
    for (const use of this.#uses) {
      const busy = use.response !== undefined && !use.response.writableFinished;
      if (busy) use.atMs = nowMs;
      else if (use.atMs <= nowMs - idleMs) use.socket.destroy();
    }
  }

  /** Closes the connections whose clients have taken nothing of an answer for so long. */
  closeStalled(stallMs: number): void {
    const nowMs = performance.now();
    for (const use of this.#uses) {
      const taken = use.socket.bytesWritten - use.socket.writableLength;
      if (!isAnswering(use) || taken !== use.taken) {
        use.taken = taken;
        use.takenAtMs = nowMs;
      } else if (nowMs - use.takenAtMs >= stallMs) use.socket.destroy();
    }
  }

  /** Cuts off everything. */
  closeAll(): void {
    for (const { socket } of this.#uses) socket.destroy();
  }
}

function isAnswering({ response }: Use): boolean {
  return response?.headersSent === true && !response.writableFinished;
}
