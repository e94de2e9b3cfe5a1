import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { build, type TestApp } from '../support/app.js';
import { describeWithNsc, nscHome } from '../support/nsc.js';
import { nscFixture } from '../support/nsc-fixture.js';

/** Sooner than a sweep (30 s) would find it: the README promises two seconds, on a machine with nothing else to do. */
const SOON = { timeout: 15_000, interval: 20 };

async function serveBasic() {
  const fixture = nscFixture('basic', 'acme');
  const nsc = nscHome({ storesDir: fixture.storesDir, keysDir: fixture.keysDir });
  const service = await build('--nsc', fixture.operatorDir);
  await nsc.ok('edit', 'operator', '--account-jwt-server-url', `${service.url}/jwt/v1`);
  const keyOf = async (account: string): Promise<string> =>
    (await nsc.ok('describe', 'account', account, '--json', '--field', 'sub')).stdout
      .trim()
      .replaceAll('"', '');
  return { fixture, nsc, service, keyOf };
}

const servedIs = (service: TestApp, key: string, text: string | undefined): Promise<void> =>
  vi.waitFor(async () => expect(await service.account(key)).toBe(text), SOON);

describeWithNsc('what nsc does in the directory is served', () => {
  test('add, edit, rename, delete', async () => {
    const { fixture, nsc, service, keyOf } = await serveBasic();
    const text = (account: string): string => readFileSync(fixture.accountFile(account), 'utf8');
    await nsc.ok('add', 'account', 'new');
    const key = await keyOf('new');
    await servedIs(service, key, text('new'));
    await nsc.ok('edit', 'account', 'new', '--conns', '7');
    await servedIs(service, key, text('new'));
    await nsc.ok('rename', 'account', 'new', 'renamed', '--OK');
    await servedIs(service, key, text('renamed'));
    await nsc.ok('delete', 'account', 'renamed', '--force');
    await servedIs(service, key, undefined);
    expect(await service.account(await keyOf('A'))).toBe(text('A'));
  });

  test('an operator signing key, and an account signed with it', async () => {
    const { fixture, nsc, service, keyOf } = await serveBasic();
    await nsc.ok('edit', 'operator', '--sk', 'generate');
    const operator = await nsc.ok('describe', 'operator', '--json', '--field', 'nats.signing_keys');
    const [signingKey] = JSON.parse(operator.stdout) as string[];
    await nsc.ok('add', 'account', 'signed', '-K', String(signingKey));
    await servedIs(service, await keyOf('signed'), readFileSync(fixture.accountFile('signed'), 'utf8'));
  });
});

describeWithNsc('nsc push and pull', () => {
  test('push -A and push -a end with 0, changed or not', async () => {
    const { nsc } = await serveBasic();
    expect((await nsc.run('push', '-A')).code).toBe(0);
    const one = await nsc.run('push', '-a', 'A');
    expect(one.code).toBe(0);
    expect(one.stderr + one.stdout).toContain('pushed "A" to account server');
  });

  test('a pushed account lands in the directory of another administrator, and pull -A brings all back', async () => {
    const { nsc, service, fixture } = await serveBasic();
    const other = nscFixture('basic', 'acme');
    const remote = nscHome({ storesDir: other.storesDir, keysDir: other.keysDir });
    await remote.ok('add', 'account', 'fromafar');
    expect((await remote.run('push', '-a', 'fromafar', '-u', `${service.url}/jwt/v1`)).code).toBe(0);
    const described = await nsc.ok('describe', 'account', 'fromafar');
    expect(described.stdout).toContain('fromafar');
    const pushed = readFileSync(other.accountFile('fromafar'), 'utf8');
    expect(readFileSync(fixture.accountFile('fromafar'), 'utf8')).toBe(pushed);
    rmSync(join(other.operatorDir, 'accounts', 'fromafar'), { recursive: true });
    await remote.ok('edit', 'operator', '--account-jwt-server-url', `${service.url}/jwt/v1`);
    expect((await remote.run('pull', '-a', 'A')).code).toBe(0);
    expect((await remote.run('pull', '-A')).code).toBe(0);
    expect(existsSync(other.accountFile('A'))).toBe(true);
  });

  test('a push of an older token is refused, and nsc prints why', async () => {
    const { nsc, service, keyOf, fixture } = await serveBasic();
    const old = readFileSync(fixture.accountFile('A'), 'utf8');
    await nsc.ok('edit', 'account', 'A', '--conns', '9');
    const key = await keyOf('A');
    await servedIs(service, key, readFileSync(fixture.accountFile('A'), 'utf8'));
    const answer = await service.push(key, old);
    expect(answer.status).toBe(409);
    expect(await answer.text()).toMatch(/iat \d+.*iat \d+/s);
  });

  test('a password in the URL gives the right to push', async () => {
    const fixture = nscFixture('basic', 'acme');
    const nsc = nscHome({ storesDir: fixture.storesDir, keysDir: fixture.keysDir });
    const passwordFile = join(fixture.keysDir, 'password');
    writeFileSync(passwordFile, 's3cret\n');
    const rights = ['--push-user', 'nsc', '--push-password-file', passwordFile];
    const service = await build('--nsc', fixture.operatorDir, ...rights);
    await nsc.ok('edit', 'account', 'A', '--conns', '9');
    const refused = await nsc.run('push', '-a', 'A', '-u', `${service.url}/jwt/v1`);
    expect(refused.code).toBe(1);
    const withPassword = service.url.replace('http://', 'http://nsc:s3cret@');
    expect((await nsc.run('push', '-a', 'A', '-u', `${withPassword}/jwt/v1`)).code).toBe(0);
  });
});
