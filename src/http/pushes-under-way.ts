import type { ServerResponse } from 'node:http';

/**
 * How many pushes of one remote address are open at a time. Without a limit one client could keep thousands of bodies
 * half sent, each of which is held in memory until its time is over. Reading is not counted: a herd of nats-servers
 * behind one address is the normal case; nor is a push that only waits for its answer.
 */
export class PushesUnderWay {
  readonly #open = new Map<string, number>();

  /** @param limit how many at most; 0: any number */
  constructor(private readonly limit: number) {}

  /**
   * Counts a push until its connection has had the answer or is gone.
   * @returns ends the counting earlier; undefined when there are too many already
   */
  begin(remoteAddress: string, response: ServerResponse): (() => void) | undefined {
    const open = this.#open.get(remoteAddress) ?? 0;
    if (this.limit > 0 && open >= this.limit) return undefined;
    this.#open.set(remoteAddress, open + 1);
    const end = () => {
      response.off('close', end);
      this.#end(remoteAddress);
    };
    response.once('close', end);
    return end;
  }

  #end(remoteAddress: string): void {
    const left = (this.#open.get(remoteAddress) ?? 1) - 1;
    if (left > 0) this.#open.set(remoteAddress, left);
    else this.#open.delete(remoteAddress);
  }
}
