import { connect } from 'node:net';

const NOTHING = Buffer.alloc(0);

/**
 * One connection with one request under way at a time. It reads no more of an answer than its status and where it ends.
 * A server may end it between two requests; the next one opens it anew.
 */
export class Connection {
  #socket;
  #pending = NOTHING;
  #isAsking = false;

  /**
   * @param {number} port
   * @param {(status: number) => void} answered called with the status of each answer; 0 when there came none
   */
  constructor(port, answered) {
    this.port = port;
    this.answered = answered;
  }

  /** @param {Buffer} request */
  ask(request) {
    this.#isAsking = true;
    this.#socket ??= this.#open();
    this.#socket.write(request);
  }

  close() {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#pending = NOTHING;
    socket?.destroy();
  }

  #open() {
    const socket = connect(this.port, '127.0.0.1').setNoDelay();
    socket.on('data', (data) => this.#received(data));
    // Whatever it was, the connection closes next.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed(socket));
    return socket;
  }

  #received(data) {
    this.#pending = this.#pending.length === 0 ? data : Buffer.concat([this.#pending, data]);
    const length = answerLength(this.#pending);
    if (length === undefined || this.#pending.length < length) return;
    const status = Number(this.#pending.toString('latin1', 9, 12));
    this.#pending = NOTHING;
    this.#end(status);
  }

  #closed(socket) {
    if (this.#socket !== socket) return;
    this.close();
    if (this.#isAsking) this.#end(0);
  }

  #end(status) {
    this.#isAsking = false;
    this.answered(status);
  }
}

/** How long the answer at the start of this data is in all; undefined while its head is incomplete. */
function answerLength(data) {
  const headEnd = data.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = data.latin1Slice(0, headEnd);
  const hasBody = !head.startsWith('304', 9);
  const length = hasBody ? Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0) : 0;
  return headEnd + 4 + length;
}
