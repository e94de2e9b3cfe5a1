import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { atEnd } from '../support/clean-up.js';
import { freePort } from '../support/free-ports.js';

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function listening(server: Server, port = 0): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

/** A listener that accepts connections and answers each with what it is told to, or never. */
export class StrangeServer {
  readonly open = new Set<Socket>();
  accepted = 0;

  private constructor(private readonly server: Server) {}

  static async listen(answer: (socket: Socket) => void = () => undefined): Promise<StrangeServer> {
    const server = createServer((socket) => {
      strange.open.add(socket);
      strange.accepted++;
      socket.on('error', () => undefined);
      socket.on('close', () => strange.open.delete(socket));
      answer(socket);
    });
    const strange = new StrangeServer(server);
    await listening(server);
    atEnd(() => strange.close());
    return strange;
  }

  get address(): string {
    return `127.0.0.1:${portOf(this.server)}`;
  }

  close(): void {
    for (const socket of this.open) socket.destroy();
    this.server.close();
  }
}

/** The wire to a server, which a test can cut and mend: the server itself goes on. */
export class CuttableWire {
  #server: Server | undefined;
  #port = 0;
  readonly #sockets = new Set<Socket>();

  constructor(private readonly targetPort: number) {
    atEnd(() => this.cut());
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  /** Accepts connections again, on the same port as before. */
  async mend(): Promise<void> {
    const server = createServer((socket) => this.#join(socket, connect(this.targetPort, '127.0.0.1')));
    this.#port ||= await freePort();
    await listening(server, this.#port);
    this.#server = server;
  }

  /** Ends all connections and refuses new ones. */
  cut(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(one: Socket, other: Socket): void {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
