import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { guestRevoked } from '../../src/demo/change.js';
import { changeDemoAccount, createDemo, type Demo } from '../../src/demo/demo.js';
import { tokenPayload } from '../../src/demo/token-text.js';
import { type NscHome, nscHome, testWithNsc } from '../support/nsc.js';
import { tempDir } from '../support/temp.js';

async function demoAndNsc(): Promise<{ demo: Demo; nsc: NscHome }> {
  const demo = await createDemo(join(tempDir(), '.demo'));
  const { nscConfigDir: configDir, storesDir, keystoreDir: keysDir } = demo;
  return { demo, nsc: nscHome({ configDir, storesDir, keysDir }) };
}

/** nsc prints its tables on either stream. */
async function printed(nsc: NscHome, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await nsc.ok(...args);
  return stdout + stderr;
}

const account = (demo: Demo) => tokenPayload(readFileSync(demo.accountJwtFile('APP'), 'utf8'));

testWithNsc('nsc reads the demo and holds all its keys', async () => {
  const { demo, nsc } = await demoAndNsc();
  expect(await printed(nsc, 'list', 'accounts')).toMatch(/APP[\s\S]*SYS/);
  expect(await printed(nsc, 'describe', 'operator')).toContain(demo.operatorKey.slice(0, 10));
  expect(await printed(nsc, 'describe', 'account', 'APP')).toContain(demo.appAccountKey.slice(0, 10));
  const keys = await printed(nsc, 'list', 'keys', '--all');
  expect(keys).toContain(demo.operatorKey);
  expect(keys).toContain(demo.guestKey);
  const problems = await nsc.run('validate', '--all-accounts');
  expect([problems.code, problems.stdout + problems.stderr]).toEqual([
    0,
    expect.not.stringContaining('error'),
  ]);
});

testWithNsc('nsc edits the demo: limits, users, accounts', async () => {
  const { demo, nsc } = await demoAndNsc();
  await nsc.ok('edit', 'account', '--name', 'APP', '--conns', '7', '--description', 'Zoë 東京');
  expect(account(demo).nats).toMatchObject({ limits: { conn: 7 }, description: 'Zoë 東京' });
  await nsc.ok('add', 'user', '--account', 'APP', '--name', 'late');
  expect(existsSync(demo.credsFile('APP', 'late'))).toBe(true);
  await nsc.ok('add', 'account', '--name', 'NEW');
  expect(existsSync(demo.accountJwtFile('NEW'))).toBe(true);
});

testWithNsc('a change revokes guest as nsc would, the next one lets guest in again', async () => {
  const { demo, nsc } = await demoAndNsc();
  await nsc.ok('edit', 'account', '--name', 'APP', '--description', 'Zoë 東京');
  expect(await changeDemoAccount(demo)).toMatchObject({ kind: 'revoked', file: demo.accountJwtFile('APP') });
  expect(await guestRevoked(demo)).toBe(true);
  expect(await printed(nsc, 'revocations', 'list-users', '--account', 'APP')).toContain(demo.guestKey);
  expect(account(demo).nats.description).toBe('Zoë 東京');
  expect(await changeDemoAccount(demo)).toMatchObject({ kind: 'readmitted' });
  expect(await printed(nsc, 'describe', 'account', 'APP')).not.toContain(demo.guestKey);
});

testWithNsc('a revocation by nsc is seen and can be undone', async () => {
  const { demo, nsc } = await demoAndNsc();
  await nsc.ok('revocations', 'add-user', '--account', 'APP', '--name', 'guest');
  expect(await guestRevoked(demo)).toBe(true);
  expect(await changeDemoAccount(demo)).toMatchObject({ kind: 'readmitted' });
  expect(await guestRevoked(demo)).toBe(false);
});
