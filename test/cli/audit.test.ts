import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../src/accounts/audit.js';
import { AuditFile } from '../../src/store/audit/audit-file.js';
import { KeptLog } from '../support/accounts.js';
import { mintAccount, mintOperator } from '../support/mint.js';
import { tempDir } from '../support/temp.js';
import { run } from './command-line.js';

const KEY = mintAccount(mintOperator()).key;
const token = { iat: 1_700_000_000, hash: 'h' };

function entry(name: string, more: Partial<AuditEntry> = {}): AuditEntry {
  const origin = { kind: 'push', remoteAddress: '10.1.2.3', pusher: 'ci' } as const;
  return {
    account: KEY,
    name,
    origin,
    old: undefined,
    new: token,
    outcome: 'created',
    rule: undefined,
    ...more,
  };
}

async function makeAudit(entries: readonly AuditEntry[]): Promise<string> {
  const directory = join(tempDir('nas-audit-'), 'audit');
  const audit = await AuditFile.open({ directory, maxBytes: 1_000_000, log: new KeptLog() });
  for (const each of entries) audit.note(each);
  await audit.close();
  return directory;
}

let directory: string;
beforeAll(async () => {
  directory = await makeAudit([
    entry('APP'),
    entry('OTHER', {
      account: 'B',
      origin: { kind: 'directory', slot: 'accounts/OTHER/OTHER.jwt' },
      old: token,
    }),
    entry('APP', { outcome: 'refused', rule: 'iat.older', repeated: 7 }),
    entry('\u001b[2Jnasty', {
      account: undefined,
      new: undefined,
      outcome: 'refused',
      rule: 'jwt.undecodable',
    }),
  ]);
});

describe('audit verify', () => {
  test('of a whole audit says so, with the hash of the last line, and ends with 0', async () => {
    const { code, stdout } = await run(['audit', 'verify', directory]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^whole: 4 lines in 1 files of .*\nlast line: [\w-]{43}\n$/);
    const [, head = ''] = /last line: (.*)\n/.exec(stdout) ?? [];
    expect((await run(['audit', 'verify', directory, '--expect', head])).code).toBe(0);
    expect(await run(['audit', 'verify', '--audit-dir', directory, '--expect', 'another'])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('the line another is not there'),
    });
  });

  test('of one that was tampered with names file and line, and ends with 1', async () => {
    const spoilt = await makeAudit([entry('A'), entry('B'), entry('C')]);
    const [name = ''] = readdirSync(spoilt);
    const file = join(spoilt, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"B"', '"X"'));
    const { code, stdout } = await run(['audit', 'verify', spoilt]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${name}:3: it does not follow the line before`);
    expect(stdout).toContain('NOT WHOLE');
    const json = await run(['audit', 'verify', spoilt, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ lines: 3, faults: [{ file: name, line: 3 }] });
  });

  test('of what is not there says so', async () => {
    expect(await run(['audit', 'verify', '/none'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('/none cannot be read: no such file'),
    });
    const configured = await run(['audit', 'verify', '--memory', '--operator', '/none']);
    expect(configured).toMatchObject({ code: 1, stderr: expect.stringContaining('/none') });
  });
});

describe('audit show', () => {
  test('shows decisions as a table, names made printable', async () => {
    const { code, stdout } = await run(['audit', 'show', directory]);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^TIME +OUTCOME +ACCOUNT +ORIGIN +OLD +NEW +WHY$/);
    expect(lines[1]).toMatch(/Z +created +APP +push ci 10\.1\.2\.3 +2023-11-14T22:13:20Z/);
    expect(lines[2]).toMatch(/OTHER +directory accounts\/OTHER\/OTHER\.jwt +2023-11-14T22:13:20Z +2023/);
    expect(lines[3]).toMatch(/refused .* iat\.older, 7 times more$/);
    expect(stdout).not.toContain('\u001b');
  });

  test('of one account, by name or key, or since a time', async () => {
    const shown = async (...args: string[]): Promise<number> =>
      (await run(['audit', 'show', directory, '--json', ...args])).stdout.split('\n').length - 1;
    expect(await shown('--account', 'APP')).toBe(2);
    expect(await shown('--account', KEY)).toBe(2);
    expect(await shown('--since', '1h')).toBe(4);
    expect(await shown('--since', '2100-01-01')).toBe(0);
    expect((await run(['audit', 'show', directory, '--account', 'NONE'])).stdout).toBe('no decisions\n');
  });

  test('as JSON shows the lines as they stand there', async () => {
    const { stdout } = await run(['audit', 'show', directory, '--json', '--account', 'OTHER']);
    expect(JSON.parse(stdout)).toMatchObject({ account: 'B', old: token, prev: expect.any(String) });
  });
});

test.each([
  [['audit'], /audit needs a task/],
  [['audit', 'show', '--since', 'yesterday'], /neither a time nor a duration/],
  [['audit', 'show', 'a', 'b'], /too many arguments/],
])('%j makes no sense', async (args, reason) => {
  const { code, stderr } = await run(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(reason);
});
