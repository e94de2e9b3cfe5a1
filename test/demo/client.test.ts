import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changeDemoAccount, connectDemoClient, createDemo, type Demo } from '../../src/demo/demo.js';
import { atEnd } from '../support/clean-up.js';
import { type NatsServer, operatorConfig, startNatsServer } from '../support/nats-server.js';
import { tempDir } from '../support/temp.js';

/** A nats-server that holds the demo's accounts as they stand now. */
function serverOf(demo: Demo): Promise<NatsServer> {
  const jwtOf = (account: string): string => readFileSync(demo.accountJwtFile(account), 'utf8');
  const config = operatorConfig({
    operatorJwt: demo.operatorJwtFile,
    systemAccount: demo.systemAccountKey,
    preload: { [demo.systemAccountKey]: jwtOf('SYS'), [demo.appAccountKey]: jwtOf('APP') },
  });
  return startNatsServer(config);
}

async function demoOn(server: (demo: Demo) => Promise<NatsServer>): Promise<Demo> {
  const dir = join(tempDir(), '.demo');
  const { port } = await server(await createDemo(dir));
  return createDemo(dir, { natsListen: `127.0.0.1:${port}` });
}

test('clients of the account greet each other and end when told to', async () => {
  const demo = await demoOn(serverOf);
  const lines: string[] = [];
  let hear = (): void => undefined;
  const heard = new Promise<void>((resolve) => {
    hear = resolve;
  });
  const app = await connectDemoClient(demo, 'app', (line) => void lines.push(line));
  atEnd(() => app.close());
  const guest = await connectDemoClient(demo, 'guest', (line) => {
    lines.push(line);
    if (line.includes('greet.app')) hear();
  });
  atEnd(() => guest.close());
  app.greet();
  await heard;
  expect(lines).toContain(`client guest: connected to ${demo.natsUrl}, listening on greet.>`);
  expect(lines).toContain('client guest: received on greet.app: hello from app');
  await guest.close();
  expect(await guest.closed).toBe('');
});

test('a server that goes away ends the client, and it says so', async () => {
  const servers: NatsServer[] = [];
  const demo = await demoOn(async (made) => {
    servers.push(await serverOf(made));
    return servers[0] as NatsServer;
  });
  const client = await connectDemoClient(demo, 'app', () => undefined);
  await servers[0]?.stop();
  expect(await client.closed).toMatch(/./);
});

test('a revoked user is refused, and the other is not', async () => {
  const demo = await demoOn(async (made) => {
    await changeDemoAccount(made);
    return serverOf(made);
  });
  await expect(connectDemoClient(demo, 'guest', () => undefined)).rejects.toThrow(
    /guest cannot connect to nats:/,
  );
  const app = await connectDemoClient(demo, 'app', () => undefined);
  await app.close();
});

test('without a nats-server there is a message that names the address', async () => {
  const demo = await createDemo(join(tempDir(), '.demo'), { natsListen: '127.0.0.1:1' });
  await expect(connectDemoClient(demo, 'app', () => undefined)).rejects.toThrow(
    /app cannot connect to nats:\/\/127\.0\.0\.1:1: /,
  );
});
