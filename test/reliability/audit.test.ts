import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAccount } from 'nkeys.js';
import { expect, test } from 'vitest';
import { readSegments } from '../../src/store/audit/read-audit.js';
import { AuditVerification } from '../../src/store/audit/verify-audit.js';
import { build, LAST, spawnApp } from '../support/app.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { tempDir } from '../support/temp.js';

const now = nowSeconds();
const operator = mintOperator();
const identity = createAccount();
const KEY = identity.getPublicKey();
const minted = (iat: number): MintedAccount => mintAccount(operator, { identity, name: 'A', iat });

async function push(url: string, { jwt }: MintedAccount): Promise<number> {
  const answer = await fetch(`${url}/jwt/v1/accounts/${KEY}`, { method: 'POST', body: jwt, headers: LAST });
  await answer.text();
  return answer.status;
}

function place() {
  const tree = new OperatorTree(operator);
  const audit = join(tempDir('nas-audit-'), 'audit');
  return { tree, audit, args: ['--nsc', tree.dir, '--audit-dir', audit] };
}

function decisions(audit: string): { outcome: string; from?: string; new?: { iat: number } }[] {
  return readdirSync(audit)
    .sort()
    .flatMap((name) => readFileSync(join(audit, name), 'utf8').split('\n').slice(0, -1))
    .map((line) => JSON.parse(line) as { outcome: string });
}

test('A1: every push is on record before it is answered, though the process is killed right after', async () => {
  const { audit, args } = place();
  const service = await spawnApp(args);
  for (const iat of [now - 20, now - 10, now - 30]) await push(service.url, minted(iat));
  service.kill('SIGKILL');
  await service.exit;
  expect(decisions(audit).map(({ outcome, from, new: token }) => [outcome, from, token?.iat])).toEqual([
    ['created', '127.0.0.1', now - 20],
    ['replaced', '127.0.0.1', now - 10],
    ['refused', '127.0.0.1', now - 30],
  ]);
});

test('A1: while the audit cannot be written pushes get 503 and change nothing, and reading goes on', async () => {
  const { tree, audit, args } = place();
  const app = await build(...args);
  expect(await push(app.url, minted(now - 20))).toBe(200);
  renameSync(audit, `${audit}.away`);
  writeFileSync(audit, 'in its way');
  expect(await push(app.url, minted(now - 10))).toBe(503);
  expect(readFileSync(tree.file('A'), 'utf8')).toBe(minted(now - 20).jwt);
  expect(await app.account(KEY)).toBe(minted(now - 20).jwt);
  expect((await fetch(`${app.url}/readyz`, { headers: LAST })).status).toBe(503);
  rmSync(audit);
  renameSync(`${audit}.away`, audit);
  expect(await push(app.url, minted(now - 10))).toBe(200);
  const outcomes = decisions(audit).map(({ outcome }) => outcome);
  expect([outcomes[0], outcomes.at(-1)]).toEqual(['created', 'replaced']);
  expect(outcomes).toContain('gap');
  const verification = new AuditVerification();
  for await (const segment of readSegments(audit)) verification.add(segment);
  expect(verification.conclude().faults).toEqual([]);
});

test('A1: an audit directory that cannot be used keeps the service from starting', async () => {
  const { audit, args } = place();
  writeFileSync(audit, 'a file');
  await expect(build(...args)).rejects.toThrow(/the audit directory .* cannot be used: /);
});
