import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AuditEntry } from '../../../src/accounts/audit.js';
import { AuditFile } from '../../../src/store/audit/audit-file.js';
import { type AuditFiles, NODE_AUDIT_FILES } from '../../../src/store/audit/audit-files.js';
import { readSegments } from '../../../src/store/audit/read-audit.js';
import { type AuditVerdict, AuditVerification } from '../../../src/store/audit/verify-audit.js';
import { KeptLog } from '../../support/accounts.js';
import { tempDir } from '../../support/temp.js';

function entry(name: string): AuditEntry {
  const origin = { kind: 'push', remoteAddress: '127.0.0.1', pusher: 'ci' } as const;
  const token = { iat: 1, hash: 'h' };
  return { account: 'A', name, origin, old: undefined, new: token, outcome: 'created', rule: undefined };
}

async function open(directory: string, choices: { maxBytes?: number; files?: AuditFiles } = {}) {
  const log = new KeptLog();
  const audit = await AuditFile.open({ directory, maxBytes: 1_000_000, log, ...choices });
  onTestFinished(() => audit.close());
  const keep = async (name: string): Promise<void> => {
    audit.note(entry(name));
    await audit.durable();
  };
  return { audit, log, keep };
}

const auditDir = (): string => join(tempDir('nas-audit-'), 'audit');

async function verify(directory: string, expected?: string): Promise<AuditVerdict> {
  const verification = new AuditVerification();
  for await (const segment of readSegments(directory)) verification.add(segment);
  return verification.conclude(expected);
}

function linesOf(directory: string): Record<string, unknown>[] {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const names = (directory: string): unknown[] =>
  linesOf(directory).map(({ name, outcome }) => name ?? outcome);

test('what is durable stands there, each line naming the one before', async () => {
  const directory = auditDir();
  const { audit, keep } = await open(directory);
  for (const name of ['a', 'b', 'c']) await keep(name);
  expect(linesOf(directory)[0]).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    account: 'A',
    name: 'a',
    origin: 'push',
    from: '127.0.0.1',
    pusher: 'ci',
    new: { iat: 1, hash: 'h' },
    outcome: 'created',
    prev: '',
  });
  expect(await verify(directory)).toEqual({ files: 1, lines: 3, head: audit.head, faults: [], notes: [] });
});

test('what nobody waits for is written soon', async () => {
  const directory = auditDir();
  const { audit } = await open(directory);
  audit.note(entry('a'));
  await expect.poll(() => readdirSync(directory).length).toBe(1);
});

test('nothing to say makes no file', async () => {
  const directory = auditDir();
  const { audit } = await open(directory);
  await audit.durable();
  await audit.close();
  expect(readdirSync(directory)).toEqual([]);
});

test('many who wait share a sync', async () => {
  let syncs = 0;
  const files: AuditFiles = {
    ...NODE_AUDIT_FILES,
    openToAppend: async (path) => {
      const file = await NODE_AUDIT_FILES.openToAppend(path);
      const sync = (): Promise<void> => {
        syncs++;
        return file.sync();
      };
      return { ...file, sync };
    },
  };
  const directory = auditDir();
  const { keep } = await open(directory, { files });
  await Promise.all(Array.from({ length: 100 }, (_, i) => keep(`${i}`)));
  expect(syncs).toBeLessThanOrEqual(2);
  expect(names(directory)).toHaveLength(100);
});

test('a process goes on where the one before ended, though that was killed in the middle of a line', async () => {
  const directory = auditDir();
  await (await open(directory)).keep('a');
  const [name = ''] = readdirSync(directory);
  appendFileSync(join(directory, name), '{"time":"20');
  const { keep } = await open(directory);
  await keep('b');
  expect(await verify(directory)).toMatchObject({
    files: 2,
    lines: 2,
    faults: [],
    notes: [expect.stringContaining('cut off')],
  });
});

test('a file that is large enough is followed by another one, and any of the oldest may be taken away', async () => {
  const directory = auditDir();
  const { keep } = await open(directory, { maxBytes: 500 });
  for (let i = 0; i < 12; i++) await keep(`${i}`);
  const files = readdirSync(directory).sort();
  expect(files.length).toBeGreaterThan(3);
  expect(await verify(directory)).toMatchObject({ lines: 12, faults: [], notes: [] });
  rmSync(join(directory, files[0] ?? ''));
  expect(await verify(directory)).toMatchObject({ faults: [], notes: [expect.stringContaining('earlier')] });
});

describe('tampering shows', () => {
  /** An audit of three files, to be changed by its lines. */
  async function tampered(change: (lines: string[], file: number) => string[]): Promise<AuditVerdict> {
    const directory = auditDir();
    for (let file = 0; file < 3; file++) {
      const { audit, keep } = await open(directory);
      for (let i = 0; i < 3; i++) await keep(`${file}${i}`);
      await audit.close();
    }
    const head = (await verify(directory)).head;
    for (const [index, name] of readdirSync(directory).sort().entries()) {
      const lines = readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1);
      const changed = change(lines, index);
      if (changed.length === 0) rmSync(join(directory, name));
      else writeFileSync(join(directory, name), changed.map((line) => `${line}\n`).join(''));
    }
    return verify(directory, head);
  }

  test.each<[string, (lines: string[], file: number) => string[], number]>([
    [
      'a changed line',
      (lines, file) => lines.map((line, i) => (file === 1 && i === 1 ? line.replace('"A"', '"B"') : line)),
      1,
    ],
    ['a removed line', (lines, file) => (file === 1 ? lines.filter((_, i) => i !== 1) : lines), 1],
    [
      'an added line',
      (lines, file) => (file === 1 ? [...lines.slice(0, 2), lines[0] ?? '', ...lines.slice(2)] : lines),
      2,
    ],
    ['lines in another order', (lines, file) => (file === 1 ? lines.toReversed() : lines), 2],
    ['something that is no line', (lines, file) => (file === 1 ? ['{}', ...lines] : lines), 2],
    ['a removed file', (lines, file) => (file === 1 ? [] : lines), 1],
    ['the end of a file cut off', (lines, file) => (file === 1 ? lines.slice(0, 1) : lines), 1],
    [
      'the last line cut off, to somebody who knows it',
      (lines, file) => (file === 2 ? lines.slice(0, 2) : lines),
      1,
    ],
    [
      'a last line changed',
      (lines, file) => (file === 1 ? [...lines.slice(0, 2), (lines[2] ?? '').replace('"A"', '"B"')] : lines),
      1,
    ],
  ])('%s', async (_, change, faults) => {
    expect((await tampered(change)).faults).toHaveLength(faults);
  });

  test('and nothing shows where nothing was done', async () => {
    expect(await tampered((lines) => lines)).toMatchObject({ lines: 9, faults: [], notes: [] });
  });
});

test('two processes at once: both are whole, and where they part is told', async () => {
  const directory = auditDir();
  const one = await open(directory);
  await one.keep('a');
  const two = await open(directory);
  await one.keep('b');
  await two.keep('c');
  await one.keep('d');
  const verdict = await verify(directory);
  expect(verdict.faults).toEqual([]);
  expect(verdict.notes).toEqual([expect.stringContaining('nothing follows its last 2 lines')]);
});

describe('an audit that cannot be written', () => {
  test('rejects, tells how much was lost once it can be written again, and goes on whole', async () => {
    const directory = auditDir();
    const { audit, keep, log } = await open(directory);
    await keep('a');
    renameSync(directory, `${directory}.away`);
    writeFileSync(directory, 'in its way');
    for (const name of ['b', 'c'])
      await expect(keep(name)).rejects.toMatchObject({ code: 'audit.unavailable' });
    expect(audit.problem).toMatch(/cannot be written .*pushes are refused/);
    expect(log.messages('error')).toEqual(['the audit cannot be written']);
    rmSync(directory);
    renameSync(`${directory}.away`, directory);
    await keep('d');
    expect(audit.problem).toBeUndefined();
    expect(names(directory).slice(-2)).toEqual(['gap', 'd']);
    expect(linesOf(directory).at(-2)).toMatchObject({ lost: 2 });
    expect((await verify(directory)).faults).toEqual([]);
  });

  test.each(['append', 'sync', 'syncDirectory', 'openToAppend'] as const)(
    'at %s: not durable, and the chain holds',
    async (step) => {
      const directory = auditDir();
      let failing = false;
      const fail = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
        if (failing && name === step) throw Object.assign(new Error('made to fail'), { code: 'ENOSPC' });
        return work();
      };
      const files: AuditFiles = {
        ...NODE_AUDIT_FILES,
        syncDirectory: (path) => fail('syncDirectory', () => NODE_AUDIT_FILES.syncDirectory(path)),
        openToAppend: (path) =>
          fail('openToAppend', async () => {
            const file = await NODE_AUDIT_FILES.openToAppend(path);
            return {
              ...file,
              append: (bytes) => fail('append', () => file.append(bytes)),
              sync: () => fail('sync', () => file.sync()),
            };
          }),
      };
      const { keep } = await open(directory, { files, maxBytes: 1 });
      await keep('a');
      failing = true;
      await expect(keep('b')).rejects.toMatchObject({ code: 'audit.unavailable' });
      failing = false;
      await keep('c');
      expect(names(directory).slice(-2)).toEqual(['gap', 'c']);
      const verdict = await verify(directory);
      expect(verdict.faults).toEqual([]);
    },
  );

  test('that is taken away while it is written goes on in a new file', async () => {
    const directory = auditDir();
    const { keep } = await open(directory);
    await keep('a');
    renameSync(directory, `${directory}.archive`);
    await keep('b');
    expect(names(directory)).toEqual(['b']);
    mkdirSync(directory, { recursive: true });
    for (const name of readdirSync(`${directory}.archive`)) {
      renameSync(join(`${directory}.archive`, name), join(directory, name));
    }
    expect((await verify(directory)).faults).toEqual([]);
  });
});
