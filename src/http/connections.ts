import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

interface Use {
  response: ServerResponse | undefined;
  atMs: number;
}

/** Who is connected, and who is only keeping a connection: what closing without breaking a request has to know. */
export class Connections {
  readonly #uses = new Map<Duplex, Use>();

  /** A connection is there. */
  opened(socket: Duplex): void {
    this.#uses.set(socket, { response: undefined, atMs: performance.now() });
    socket.once('close', () => this.#uses.delete(socket));
  }

  /** A request has come on its connection. */
  used(request: IncomingMessage, response: ServerResponse): void {
    const use = this.#uses.get(request.socket);
    if (use === undefined) return;
    use.response = response;
    use.atMs = performance.now();
  }

  /** Whether bytes of an answer are already on their way, so that no other may be written. */
  isAnswering(socket: Duplex): boolean {
    const response = this.#uses.get(socket)?.response;
    return response?.headersSent === true && !response.writableFinished;
  }

  /** Lets every answer that has not begun say that its connection ends with it. */
  announceEnd(): void {
    for (const { response } of this.#uses.values()) {
      if (response?.headersSent === false) response.shouldKeepAlive = false;
    }
  }

  /** Closes the connections on which nothing has happened for so long. */
  closeIdle(idleMs: number): void {
    const before = performance.now() - idleMs;
    for (const [socket, { response, atMs }] of this.#uses) {
      const busy = response !== undefined && !response.writableFinished;
      if (!busy && atMs <= before) socket.destroy();
    }
  }

  /** Cuts off everything. */
  closeAll(): void {
    for (const socket of this.#uses.keys()) socket.destroy();
  }
}
