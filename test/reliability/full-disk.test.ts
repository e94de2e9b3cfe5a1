import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type TestContext, test } from 'vitest';
import { ask } from '../http/support.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds } from '../support/mint.js';
import { startService } from '../support/service.js';
import { tempDir } from '../support/temp.js';

/** `unshare` arguments: a file system of 64 KiB at `dir` that only the command given after these sees. */
function onSmallDisk(dir: string): string[] {
  const mount = 'mount -t tmpfs -o size=64k,mode=0700 small "$0" && exec "$@"';
  return ['--user', '--map-root-user', '--mount', 'sh', '-c', mount, dir];
}

/** Printed, where no file system can be mounted. */
function needsMounting(context: TestContext, dir: string): void {
  const { status, stderr } = spawnSync('unshare', [...onSmallDisk(dir), 'true'], { encoding: 'utf8' });
  if (status === 0) return;
  const why = `did not run: no small file system can be mounted here: ${stderr ?? 'there is no unshare'}`;
  process.stderr.write(`D5 ${why}\n`);
  context.skip(why);
}

test('D5: the disk is full: pushes are answered 507, every GET is right, and it heals without a restart', async (context) => {
  const base = tempDir();
  const dir = join(base, 'jwts');
  mkdirSync(dir);
  needsMounting(context, dir);
  const operator = mintOperator();
  const operatorFile = join(base, 'operator.jwt');
  writeFileSync(operatorFile, operator.jwt);
  const service = await startService(['--dir', dir, '--operator', operatorFile], {
    under: ['unshare', ...onSmallDisk(dir)],
  });
  /** The directory as the service sees it. */
  const seen = join(`/proc/${service.pid}/root`, dir);
  expect(statfsSync(seen).blocks * statfsSync(seen).bsize).toBe(65_536);

  const kept = new Map<string, string>();
  const push = async ({ key, jwt }: MintedAccount): Promise<number> => {
    const { status } = await ask(service.url, `/jwt/v1/accounts/${key}`, { method: 'POST', body: jwt });
    if (status === 200) kept.set(key, jwt);
    return status;
  };
  const expectAllRight = async (): Promise<void> => {
    for (const [key, jwt] of kept) {
      expect(await ask(service.url, `/jwt/v1/accounts/${key}`)).toMatchObject({ status: 200, body: jwt });
    }
  };

  const iat = nowSeconds() - 10;
  const first = mintAccount(operator, { iat });
  expect(await push(first)).toBe(200);
  let status = 200;
  while (status === 200) status = await push(mintAccount(operator));
  expect(status).toBe(507);
  const newer = mintAccount(operator, { identity: first.identity, iat: iat + 1 });
  for (let i = 0; i < 20; i++) {
    expect(await push(newer)).toBe(507);
    await expectAllRight();
  }
  // Nothing of what was refused is left, not even unfinished.
  expect(readdirSync(seen).sort()).toEqual([...kept.keys()].map((key) => `${key}.jwt`).sort());

  const [last = ''] = [...kept.keys()].slice(-1);
  kept.delete(last);
  rmSync(join(seen, `${last}.jwt`));
  expect(await push(newer)).toBe(200);
  await expectAllRight();
  expect(await ask(service.url, '/readyz')).toMatchObject({ status: 200 });
});
