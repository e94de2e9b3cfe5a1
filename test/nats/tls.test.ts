import { readFileSync } from 'node:fs';
import type { PeerCertificate } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { identityCheck } from '../../src/nats/server-identity.js';
import { type NatsServer, startNatsServer } from '../support/nats-server.js';
import { linked } from './linked.js';

const path = (file: string): string =>
  fileURLToPath(new URL(`../http/certificates/${file}`, import.meta.url));
const pem = (file: string): string => readFileSync(path(file), 'utf8');
const ca = pem('authority.pem');

function secureServer(verify: boolean): Promise<NatsServer> {
  const files = `cert_file: "${path('server.pem')}", key_file: "${path('server.key')}"`;
  return startNatsServer(`tls { ${files}, ca_file: "${path('authority.pem')}", verify: ${verify} }`);
}

describe('TLS', () => {
  test('with an authority of our own; a server that wants it gets it unasked', async () => {
    const server = await secureServer(false);
    const { log } = linked({ servers: [server.url], tls: { ca } });
    await log.waitFor('connected to NATS');
  });

  test('with a client certificate, where the server asks for one', async () => {
    const server = await secureServer(true);
    const { log } = linked({
      servers: [server.url.replace('nats:', 'tls:')],
      tls: { ca, cert: pem('client.pem'), key: pem('client.key') },
    });
    await log.waitFor('connected to NATS');
  });

  test.each([
    ['an authority that we do not know', {}],
    ['an authority that is another one', { ca: pem('stranger.pem') }],
  ])('%s ends in one line', async (_, tls) => {
    const server = await secureServer(false);
    const { link, log } = linked({ servers: [server.url], tls });
    await log.waitFor('no connection to NATS');
    expect(link.state()).toMatchObject({ kind: 'away', reason: 'tls' });
  });

  test('a server without TLS is not spoken to when TLS is asked for', async () => {
    const server = await startNatsServer('');
    const { link, log } = linked({ servers: [server.url.replace('nats:', 'tls:')] });
    await log.waitFor('no connection to NATS');
    expect(link.state()).toMatchObject({ kind: 'away', reason: 'tls' });
  });
});

describe('whose certificate it is', () => {
  const certificate = (subjectaltname: string): PeerCertificate =>
    // Only the names are looked at.
    ({ subject: { CN: 'x' }, subjectaltname }) as PeerCertificate;

  test('an IP address that we were told', () => {
    const check = identityCheck(['10.1.2.3:4222', '[fd00::1]:4222', 'nats.example:4222']);
    expect(check('localhost', certificate('IP Address:10.1.2.3'))).toBeUndefined();
    expect(check('localhost', certificate('IP Address:FD00:0:0:0:0:0:0:1'))).toBeUndefined();
    expect(check('localhost', certificate('IP Address:10.1.2.4'))).toBeInstanceOf(Error);
  });

  test('a name counts only where it was dialled', () => {
    const check = identityCheck(['nats.example:4222']);
    expect(check('nats.example', certificate('DNS:nats.example'))).toBeUndefined();
    expect(check('other.example', certificate('DNS:nats.example'))).toBeInstanceOf(Error);
  });
});
