import { freePorts } from '../support/free-ports.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';

/** A cluster whose servers keep their ports when they are restarted. */
export class RestartableCluster {
  private constructor(readonly servers: NatsServer[]) {}

  /** Starts the servers on these client ports. */
  static async start(config: string, clientPorts: readonly number[]): Promise<RestartableCluster> {
    const ports = await freePorts(clientPorts.length);
    const routes = JSON.stringify(ports.map((port) => `nats://127.0.0.1:${port}`));
    const servers = await Promise.all(
      clientPorts.map((port, index) => {
        const cluster = `cluster { name: test, listen: "127.0.0.1:${ports[index]}", routes: ${routes} }`;
        return startNatsServer({ config: `${config}\n${cluster}\n`, port, name: `server-${index}` });
      }),
    );
    return new RestartableCluster(servers);
  }

  /** Ends a server and starts it again. */
  async restart(index: number): Promise<void> {
    const server = this.servers[index];
    if (server === undefined) return;
    await server.stop();
    this.servers[index] = await startNatsServer(server.choices);
  }
}
