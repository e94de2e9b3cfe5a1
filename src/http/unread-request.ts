import { IncomingMessage, type ServerResponse } from 'node:http';

/**
 * A request of which the side that a body is read from can be left asleep. Node wakes it for every request once the
 * answer is sent, to tell whoever may listen that there was no body. (Node 24 has `optimizeEmptyRequests`, which leaves
 * it asleep for all requests without a body, also where a reader waits for the end of one.)
 */
export class UnreadRequest extends IncomingMessage {
  #asleep = false;

  /** Nobody will ask for the body, nor for its end. Does nothing when one may come: it has to be taken off the wire. */
  leaveUnread(): void {
    const { headers, complete } = this;
    this.#asleep = !complete && !('content-length' in headers) && !('transfer-encoding' in headers);
  }

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    return this.#asleep ? false : super.push(chunk, encoding);
  }

  override resume(): this {
    return this.#asleep ? this : super.resume();
  }

  static {
    // Node lets go of a request when this says so. Its types know a field where node has a getter.
    Object.defineProperty(UnreadRequest.prototype, 'readableEnded', {
      get(this: UnreadRequest): boolean {
        return this.#asleep || Reflect.get(IncomingMessage.prototype, 'readableEnded', this);
      },
    });
  }
}

/** Answers such requests. */
export type Router = (request: UnreadRequest, response: ServerResponse) => void;
