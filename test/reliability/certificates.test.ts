import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { ask } from '../http/support.js';
import { mintOperator } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { PROJECT_ROOT } from '../support/real-program.js';
import { type Service, startService } from '../support/service.js';
import { tempDir } from '../support/temp.js';
import { report } from './report.js';

const certificate = (name: string): string => join(PROJECT_ROOT, 'test/http/certificates', name);
const HANDSHAKES = 200;
/** So many clients come one after the other, each as soon as the one before it has gone. */
const CLIENTS = 4;

/** Certificate and key as a service has them: replaced by renaming, as all tools do it that are worth their salt. */
class KeyPairFiles {
  readonly #dir = tempDir();
  readonly cert = join(this.#dir, 'tls.pem');
  readonly key = join(this.#dir, 'tls.key');

  constructor(name: string) {
    this.replace(name);
  }

  replace(name: string): void {
    copyFileSync(certificate(`${name}.pem`), `${this.cert}.new`);
    copyFileSync(certificate(`${name}.key`), `${this.key}.new`);
    renameSync(`${this.key}.new`, this.key);
    renameSync(`${this.cert}.new`, this.cert);
  }

  break(): void {
    writeFileSync(this.cert, 'no certificate\n');
  }
}

/** One GET on a connection of its own; answers whose certificate was shown. */
function visit(service: Service, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    let name = '';
    const socket: TLSSocket = connect({ port: service.port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.once('secureConnect', () => {
      name = String(socket.getPeerCertificate().subject.CN);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    });
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    socket.once('error', reject);
    socket.once('close', () => {
      if (answer.startsWith('HTTP/1.1 200 ')) resolve(name);
      else reject(new Error(`no answer: ${JSON.stringify(answer)}`));
    });
  });
}

/** What the metrics say of reloads. */
async function reloads({ url }: Service, result: string): Promise<number> {
  const { body } = await ask(url, '/metrics', {}, { rejectUnauthorized: false });
  return Number(new RegExp(`_reloads_total\\{result="${result}"\\} (\\d+)`).exec(body)?.[1]);
}

test('S1: certificates are swapped under load without a failed handshake; broken ones leave the old in use', async () => {
  const files = new KeyPairFiles('server');
  const tree = new OperatorTree(mintOperator(), ['A']);
  const args = ['--nsc', tree.dir, '--tls-cert', files.cert, '--tls-key', files.key];
  const service = await startService(args);
  const path = `/jwt/v1/accounts/${tree.get('A').key}`;
  const first = await visit(service, path);

  const names: string[] = [];
  let ended = false;
  const load = Array.from({ length: CLIENTS }, async () => {
    while (!ended) names.push(await visit(service, path));
  });
  const reload = async (said: RegExp, times: number): Promise<void> => {
    service.kill('SIGHUP');
    await service.waitForLog(new RegExp(`(?:${said.source}[\\s\\S]*){${times}}`));
  };
  files.replace('renewed');
  await reload(/"msg":"reloaded"/, 1);
  const second = await visit(service, path);
  expect(second).not.toBe(first);
  files.replace('server');
  await reload(/"msg":"reloaded"/, 2);
  expect(await visit(service, path)).toBe(first);
  files.break();
  await reload(/"msg":"not reloaded/, 1);
  expect(await reloads(service, 'refused')).toBe(1);
  expect(await reloads(service, 'done')).toBe(2);
  expect(await visit(service, path)).toBe(first);
  await expect.poll(() => names.length, { timeout: 30_000 }).toBeGreaterThan(HANDSHAKES);
  ended = true;
  await Promise.all(load);
  report('S1', `${names.length} handshakes over two swaps and one broken certificate, none failed`);
  expect(new Set(names)).toEqual(new Set([first, second]));
}, 90_000);
