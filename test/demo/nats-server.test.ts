import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createDemo, runDemoNatsServer } from '../../src/demo/demo.js';
import { cachedNatsServer, findNatsServer, isAtLeast } from '../../src/demo/nats-server-binary.js';
import { natsServerBinary } from '../support/nats-server.js';
import { tempDir } from '../support/temp.js';

afterEach(() => vi.unstubAllEnvs());

/** An executable that answers `--version` as a nats-server of that version does. */
function answering(dir: string, version: string): string {
  const file = join(dir, 'nats-server');
  writeFileSync(file, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  chmodSync(file, 0o755);
  return file;
}

test('NATS_SERVER comes before PATH, PATH before the cache', () => {
  const [path, cache] = [tempDir(), tempDir()];
  const found = answering(path, '2.11.4');
  const env = { PATH: `/nowhere:${path}`, XDG_CACHE_HOME: cache };
  expect(findNatsServer(env)).toEqual({ path: found, version: '2.11.4', source: 'PATH' });
  expect(findNatsServer({ ...env, NATS_SERVER: natsServerBinary() })).toMatchObject({
    source: 'NATS_SERVER',
  });
  expect(findNatsServer({ PATH: '', XDG_CACHE_HOME: cache })).toBeUndefined();
});

test('a nats-server on PATH that is too old, or none at all, is passed over', () => {
  const [old, foreign] = [tempDir(), tempDir()];
  answering(old, '2.9.25');
  writeFileSync(join(foreign, 'nats-server'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const env = { PATH: `${old}:${foreign}`, XDG_CACHE_HOME: tempDir() };
  expect(findNatsServer(env)).toBeUndefined();
});

test('a NATS_SERVER that is none is an error', () => {
  expect(() => findNatsServer({ NATS_SERVER: '/nowhere/nats-server' })).toThrow(
    'NATS_SERVER=/nowhere/nats-server is no nats-server that runs here',
  );
});

test("the cache is the user's", () => {
  expect(cachedNatsServer({ XDG_CACHE_HOME: '/c' })).toMatch(/^\/c\/nats-account-server\/nats-server-v/);
  expect(cachedNatsServer({})).toMatch(/\/\.cache\/nats-account-server\/nats-server-v/);
});

test.each([
  ['2.10.0', '2.10.0', true],
  ['2.9.99', '2.10.0', false],
  ['2.10.1', '2.10.0', true],
  ['3.0.0', '2.10.5', true],
  ['1.99.99', '2.0.0', false],
])('%s is at least %s: %s', (version, oldest, expected) => {
  expect(isAtLeast(version, oldest)).toBe(expected);
});

test('a nats-server that cannot reach the account server is reported with its log', async () => {
  vi.stubEnv('NATS_SERVER', natsServerBinary());
  const addresses = { accountServerUrl: 'http://127.0.0.1:1', natsListen: '127.0.0.1:-1' };
  const demo = await createDemo(join(tempDir(), '.demo'), addresses);
  const lines: string[] = [];
  await expect(runDemoNatsServer(demo, (line) => void lines.push(line))).rejects.toThrow(
    'nats-server ended with 1, see its lines above',
  );
  expect(lines.join('\n')).toMatch(/starting nats-server \d[\s\S]*nats-server: .*127\.0\.0\.1:1/);
});

test('without a nats-server there is a message that says what to do', async () => {
  vi.stubEnv('NATS_SERVER', '');
  vi.stubEnv('PATH', '');
  vi.stubEnv('XDG_CACHE_HOME', tempDir());
  const demo = await createDemo(join(tempDir(), '.demo'));
  await expect(runDemoNatsServer(demo, () => undefined)).rejects.toThrow(
    /put one on PATH or name it in NATS_SERVER/,
  );
});
