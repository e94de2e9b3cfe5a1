import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mintOperator } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { tempDir } from '../support/temp.js';
import { type KillRun, pushAndKill } from './killed.js';
import { report } from './report.js';

const HALF = { posts: 500, kills: 25 };

function judge(store: string, run: KillRun): void {
  const start = `slowest start ${Math.round(run.slowestStartMs)} ms`;
  report(
    'D1',
    `${store}: ${run.posts} pushes, ${run.kills} kills, ${run.acknowledged} acknowledged, ${start}`,
  );
  expect(run.acknowledged).toBeGreaterThan(HALF.posts / 2);
}

test('D1: 500 pushes and 25 kills, nsc directory: nothing acknowledged is lost, nothing is torn', async () => {
  const operator = mintOperator();
  const { dir } = new OperatorTree(operator);
  judge('nsc directory', await pushAndKill({ operator, args: ['--nsc', dir], ...HALF }));
}, 300_000);

test('D1: 500 pushes and 25 kills, JWT directory: nothing acknowledged is lost, nothing is torn', async () => {
  const operator = mintOperator();
  const dir = tempDir();
  writeFileSync(join(dir, 'operator.jwt'), operator.jwt);
  const args = ['--dir', join(dir, 'jwts'), '--operator', join(dir, 'operator.jwt')];
  judge('JWT directory', await pushAndKill({ operator, args, ...HALF }));
}, 300_000);
