import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAccount } from 'nkeys.js';
import { describe, expect, test } from 'vitest';
import { build, LAST, spawnApp, type TestApp, type TestProcess } from '../support/app.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { tempDir } from '../support/temp.js';

const now = nowSeconds();
const PATIENCE = { timeout: 20_000 };
const operator = mintOperator();
const identity = createAccount();
const KEY = identity.getPublicKey();
const minted = (iat: number, description = ''): MintedAccount =>
  mintAccount(operator, { identity, name: 'A', iat, nats: { description } });

/** A directory and a state directory, which outlive the services on them. */
class Place {
  readonly tree = new OperatorTree(operator, ['OTHER']);
  readonly state = join(tempDir('nas-state-'), 'state');

  args(...more: string[]): string[] {
    return ['--nsc', this.tree.dir, '--state-dir', this.state, ...more];
  }

  start(...more: string[]): Promise<TestApp> {
    return build(...this.args(...more));
  }

  spawn(...more: string[]): Promise<TestProcess> {
    return spawnApp(this.args(...more));
  }
}

async function push(url: string, { jwt }: MintedAccount): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${url}/jwt/v1/accounts/${KEY}`, { method: 'POST', body: jwt, headers: LAST });
  return { status: answer.status, text: await answer.text() };
}

async function rollbacks(url: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`, { headers: LAST })).text();
  return Number(/^nats_account_server_rollbacks_total (\d+)$/m.exec(page)?.[1]);
}

async function killed(service: TestProcess): Promise<void> {
  service.kill('SIGKILL');
  await service.exit;
}

test('R1: an older token by POST: 409 naming both times, and nothing is written', async () => {
  const place = new Place();
  const app = await place.start();
  await push(app.url, minted(now - 10));
  const before = statSync(place.tree.file('A'), { bigint: true });
  const answer = await push(app.url, minted(now - 20));
  expect(answer.status).toBe(409);
  expect(answer.text).toContain(String(now - 10));
  expect(answer.text).toContain(String(now - 20));
  const after = statSync(place.tree.file('A'), { bigint: true });
  expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs]);
  expect(readdirSync(join(place.tree.dir, 'accounts/A'))).toEqual(['A.jwt']);
});

describe('R2: an older token in the directory', () => {
  test('is obeyed with a count and one line, also while the service was down', async () => {
    const place = new Place();
    const app = await place.start();
    await push(app.url, minted(now - 10));
    await app.close();
    place.tree.write('A', minted(now - 20).jwt);
    const again = await place.start();
    expect(await again.account(KEY)).toBe(minted(now - 20).jwt);
    expect(await rollbacks(again.url)).toBe(1);
    expect(again.log.messages('warn')).toHaveLength(1);
  });

  test('under refuse-all: the newer one stays, counted, in one line, and readable; a start with refuse-pushes accepts it', async () => {
    const place = new Place();
    const app = await place.start('--rollback', 'refuse-all', '--sweep', '100ms');
    const [old, newer] = [minted(now - 20), minted(now - 10)];
    await push(app.url, newer);
    place.tree.write('A', old.jwt);
    await expect.poll(() => rollbacks(app.url), PATIENCE).toBe(1);
    expect(await app.account(KEY)).toBe(newer.jwt);
    expect(app.log.lines.filter(({ facts }) => facts.code === 'iat.older')).toHaveLength(1);
    await app.close();

    const strict = await place.start('--rollback', 'refuse-all');
    expect(await strict.account(KEY)).toBeUndefined();
    expect(await rollbacks(strict.url)).toBe(1);
    await strict.close();
    const accepting = await place.start();
    expect(await accepting.account(KEY)).toBe(old.jwt);
    await accepting.close();
    expect(await (await place.start('--rollback', 'refuse-all')).account(KEY)).toBe(old.jwt);
  });
});

describe('R3: after the process was killed', () => {
  test('what was replaced, older or deleted is refused', async () => {
    const place = new Place();
    const [older, first, second] = [minted(now - 20), minted(now - 10, 'first'), minted(now - 10, 'second')];
    const one = await place.spawn();
    for (const each of [older, first, second]) expect((await push(one.url, each)).status).toBe(200);
    await killed(one);

    const two = await place.spawn();
    for (const each of [older, first]) expect((await push(two.url, each)).status).toBe(409);
    expect((await push(two.url, second)).status).toBe(200);
    place.tree.remove('A');
    await expect.poll(() => two.account(KEY), PATIENCE).toBeUndefined();
    // Nobody waits for what a directory does to be on the disk; it is soon.
    await expect
      .poll(() => ledgerText(place), PATIENCE)
      .toMatch(new RegExp(`${KEY} (\\d+) \\1 \\S+ \\S+\\n$`));
    await killed(two);

    const three = await place.spawn();
    for (const each of [older, first, second]) expect((await push(three.url, each)).status).toBe(409);
    expect((await push(three.url, minted(now))).status).toBe(200);
  });

  test('at any moment of a row of pushes, none that was acknowledged and replaced comes back', async () => {
    const place = new Place();
    let service = await place.spawn();
    let sent = 0;
    /** Of one second all: only the ledger knows which are gone. */
    const texts: MintedAccount[] = [];
    for (let round = 0; round < 2; round++) {
      const { url } = service;
      let acknowledged = texts.length - 1;
      const killAfter = 5 + Math.floor(Math.random() * 20);
      for (let i = 0; ; i++) {
        const next = minted(now, `edit ${sent++}`);
        texts.push(next);
        const answer = push(url, next).catch(() => undefined);
        if (i === killAfter) service.kill('SIGKILL');
        const status = (await answer)?.status;
        if (status === undefined) break;
        expect(status).toBe(200);
        acknowledged = texts.length - 1;
      }
      await service.exit;
      service = await place.spawn();
      const served = texts.findIndex(({ jwt }) => jwt === readFileSync(place.tree.file('A'), 'utf8'));
      expect(served).toBeGreaterThanOrEqual(acknowledged);
      expect(await service.account(KEY)).toBe(texts[served]?.jwt);
      // What was being pushed when the process was killed may never have been in force.
      texts.splice(served + 1);
      for (const each of texts.slice(0, served)) expect((await push(service.url, each)).status).toBe(409);
      expect(await service.account(KEY)).toBe(texts[served]?.jwt);
    }
  }, 120_000);

  test('the memory is small, for its owner alone, and lost without harm', async () => {
    const place = new Place();
    const app = await place.start();
    for (let i = 0; i < 20; i++) await push(app.url, minted(now - 100 + i));
    await app.close();
    expect(ledgerText(place).length).toBeLessThan(5_000);
    place.tree.write('A', minted(now).jwt);
    for (const name of readdirSync(place.state)) rmSync(join(place.state, name));
    const again = await place.start();
    expect(again.log.messages('warn')[0]).toContain('nothing is remembered');
    expect(await again.account(KEY)).toBe(minted(now).jwt);
    expect((await push(again.url, minted(now - 1))).status).toBe(409);
  });
});

test('R4: the same token again: 200, nothing written; another of its second: the last one wins, the loser is refused', async () => {
  const place = new Place();
  const app = await place.start();
  const [one, two] = [minted(now, 'one'), minted(now, 'two')];
  await push(app.url, one);
  const { ino } = statSync(place.tree.file('A'));
  expect((await push(app.url, one)).status).toBe(200);
  expect(statSync(place.tree.file('A')).ino).toBe(ino);
  expect((await push(app.url, two)).status).toBe(200);
  expect((await push(app.url, one)).status).toBe(409);
  expect(await app.account(KEY)).toBe(two.jwt);
});

test('R5: more than five minutes ahead: 400, and later changes are not blocked', async () => {
  const app = await new Place().start();
  expect((await push(app.url, minted(nowSeconds() + 400))).status).toBe(400);
  expect((await push(app.url, minted(now))).status).toBe(200);
});

describe('a state directory', () => {
  test('that was named and cannot be used keeps the service from starting', async () => {
    const place = new Place();
    writeFileSync(place.state, 'a file');
    await expect(build(...place.args())).rejects.toThrow(/the state directory .* cannot be used: /);
  });

  test('that was not named and cannot be used costs a warning', async () => {
    const place = new Place();
    const before = process.env.XDG_STATE_HOME;
    process.env.XDG_STATE_HOME = place.tree.operatorFile;
    try {
      const app = await build('--nsc', place.tree.dir);
      expect(app.log.messages('warn')[0]).toContain('--state-dir');
      expect((await push(app.url, minted(now))).status).toBe(200);
    } finally {
      process.env.XDG_STATE_HOME = before;
    }
  });

  test('that vanishes refuses pushes until it can be written, and reading goes on', async () => {
    const place = new Place();
    const app = await place.start();
    expect((await push(app.url, minted(now - 10))).status).toBe(200);
    renameSync(place.state, `${place.state}.away`);
    writeFileSync(place.state, 'in its way');
    const refused = await push(app.url, minted(now));
    expect(refused).toMatchObject({ status: 503, text: expect.stringContaining('state directory') });
    expect(await app.account(KEY)).toBe(minted(now - 10).jwt);
    expect((await fetch(`${app.url}/readyz`, { headers: LAST })).status).toBe(503);
    rmSync(place.state);
    mkdirSync(place.state);
    expect((await push(app.url, minted(now))).status).toBe(200);
    expect(ledgerText(place)).toContain(KEY);
    expect((await fetch(`${app.url}/readyz`, { headers: LAST })).status).toBe(200);
  });
});

function ledgerText({ state }: Place): string {
  return readdirSync(state)
    .map((name) => readFileSync(join(state, name), 'latin1'))
    .join('');
}
