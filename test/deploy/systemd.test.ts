import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT, testWith } from '../support/real-program.js';
import { runProgram } from '../support/run-program.js';
import { checker, projectFile } from './deploy-files.js';

const UNIT = 'deploy/systemd/nats-account-server.service';
/** `systemd-analyze security` rates from 0 (safe) to 10; its threshold counts tenths. */
const MOST_EXPOSURE_TENTHS = 20;

describe('the systemd unit', () => {
  const unit = projectFile(UNIT);
  const valuesOf = (key: string) =>
    [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);

  test('runs files of the project', () => {
    const commands = [...valuesOf('ExecStart'), ...valuesOf('ExecStartPost')];
    const scripts = commands.map((command) => /\/opt\/nats-account-server\/(\S+)/.exec(command)?.[1] ?? '');
    expect(scripts).toEqual(['dist/main.js', 'deploy/health.mjs']);
    expect(existsSync(join(PROJECT_ROOT, 'deploy/health.mjs'))).toBe(true);
    expect(existsSync(join(PROJECT_ROOT, 'src/main.ts'))).toBe(true);
  });

  test('reloads by SIGHUP, comes back by itself, and waits for requests under way', () => {
    expect(valuesOf('ExecReload')).toEqual(['/bin/kill -HUP $MAINPID']);
    expect(valuesOf('Restart')).toEqual(['always']);
    // The service takes 10 s at most.
    expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(10);
  });

  test('lets the service write to its own directory alone', () => {
    expect(valuesOf('ProtectSystem')).toEqual(['strict']);
    expect(valuesOf('ReadWritePaths')).toEqual(['/var/lib/nats-account-server']);
  });

  testWith(checker('systemd-analyze'), 'is understood by systemd', async (analyze) => {
    const { stderr } = await runProgram(analyze, ['verify', '--man=no', join(PROJECT_ROOT, UNIT)]);
    // Node need not be installed there for this test; everything else is a mistake in the unit.
    const complaints = stderr.split('\n').filter((line) => line.includes('nats-account-server.service'));
    expect(complaints.filter((line) => !line.includes('/usr/bin/node is not executable'))).toEqual([]);
  });

  testWith(checker('systemd-analyze'), 'is exposed to 2.0 of 10 at most', async (analyze) => {
    const threshold = `--threshold=${MOST_EXPOSURE_TENTHS}`;
    const args = ['security', '--offline=true', '--no-pager', threshold, join(PROJECT_ROOT, UNIT)];
    const { code, stdout, stderr } = await runProgram(analyze, args);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/Overall exposure level for nats-account-server\.service: \d/);
    expect(code, stdout.slice(-200)).toBe(0);
  });
});
