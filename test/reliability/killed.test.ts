import { expect, test } from 'vitest';
import { mintOperator } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { pushAndKill } from './killed.js';

test('D1: pushes while the process is killed three times: nothing acknowledged is lost, nothing is torn', async () => {
  const operator = mintOperator();
  const { dir } = new OperatorTree(operator);
  const run = await pushAndKill({ operator, args: ['--nsc', dir], posts: 120, kills: 3 });
  expect(run.acknowledged).toBeGreaterThan(60);
}, 120_000);
