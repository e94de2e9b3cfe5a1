import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../support/temp.js';
import { openNsc } from './opened.js';
import { copyFixture, OPERATOR, OperatorDirectory, token } from './operator-directory.js';

describe('what nsc wrote', () => {
  test('basic: every account with its directory name, and the operator before them', async () => {
    const dir = await copyFixture('basic', 'acme');
    const { listener, store } = await openNsc(dir);
    expect(store.description).toBe(`nsc directory ${dir}`);
    expect([...listener.texts.keys()].sort()).toEqual(
      ['A', 'B', 'SYS'].map((name) => `accounts/${name}/${name}.jwt`),
    );
    expect(listener.readings.get('accounts/A/A.jwt')?.expectedName).toBe('A');
    expect(listener.texts.get('accounts/A/A.jwt')).toBe(
      await readFile(join(dir, 'accounts/A/A.jwt'), 'utf8'),
    );
    expect(listener.operators).toEqual([await readFile(join(dir, 'acme.jwt'), 'utf8')]);
    expect(listener.calls[0]).toBe('operator');
  });

  test('names: whatever nsc takes for a name is found under the trimmed file name', async () => {
    const dir = await copyFixture('names', 'Odd Names');
    const { listener } = await openNsc(dir);
    const names = await readdir(join(dir, 'accounts'));
    expect(names).toContain(' leading space');
    expect(names.length).toBe(15);
    expect([...listener.texts.keys()].sort()).toEqual(
      names.map((name) => `accounts/${name}/${name.trim()}.jwt`).sort(),
    );
    expect([...listener.readings.values()].map((reading) => reading.expectedName).sort()).toEqual(
      [...names].sort(),
    );
    expect(listener.operators.length).toBe(1);
  });

  test.each(['managed/landlord', 'strict/fortress', 'expiry/clock'])(
    '%s: all accounts are handed on',
    async (where) => {
      const [fixture = '', operator = ''] = where.split('/');
      const dir = await copyFixture(fixture, operator);
      const { listener } = await openNsc(dir);
      expect(listener.texts.size).toBe((await readdir(join(dir, 'accounts'))).length);
      expect(listener.problems.size).toBe(0);
    },
  );
});

describe('layout', () => {
  test('user tokens, keys and stray files are none of its business', async () => {
    const directory = await OperatorDirectory.make(['A']);
    await mkdir(directory.path('accounts/A/users'));
    await writeFile(directory.path('accounts/A/users/u.jwt'), token('user'));
    await writeFile(directory.path('accounts/A/other.jwt'), token('other'));
    await writeFile(directory.path('accounts/stray.jwt'), token('stray'));
    await mkdir(directory.path('accounts/empty'));
    await mkdir(directory.path('keys/A'), { recursive: true });
    const { listener } = await openNsc(directory.dir);
    expect([...listener.texts.keys()]).toEqual(['accounts/A/A.jwt']);
    expect(listener.problems.size).toBe(0);
  });

  test('accounts/ may be missing at first and appear later', async () => {
    const directory = await OperatorDirectory.make();
    await rm(directory.path('accounts'), { recursive: true });
    const { listener } = await openNsc(directory.dir);
    expect(listener.outages).toEqual([]);
    expect(listener.sweeps.length).toBeGreaterThan(0);
    await directory.put('A', token('first'));
    await listener.heard('read accounts/A/A.jwt');
    await directory.put('A', token('second'));
    await listener.until(
      'the change is read',
      () => listener.texts.get('accounts/A/A.jwt') === token('second'),
    );
  });

  test('the path may lead through links that are switched later', async () => {
    const [blue, green] = [await OperatorDirectory.make(['A']), await OperatorDirectory.make(['A'])];
    await green.put('A', token('green'));
    const stage = tempDir();
    await symlink(blue.dir, join(stage, 'current'));
    const { listener } = await openNsc(join(stage, 'current'));
    await symlink(green.dir, join(stage, 'next'));
    await rename(join(stage, 'next'), join(stage, 'current'));
    await listener.until(
      'the other directory is read',
      () => listener.texts.get('accounts/A/A.jwt') === token('green'),
    );
    await green.put('A', token('greener'));
    await listener.until('it is watched', () => listener.texts.get('accounts/A/A.jwt') === token('greener'));
    expect(listener.outages).toEqual([]);
  });
});

describe('links', () => {
  test('W2: a link out of the root is never followed, and told once', async () => {
    const outside = await OperatorDirectory.make(['secret', 'file']);
    const directory = await OperatorDirectory.make(['A', 'file']);
    await symlink(outside.path('accounts/secret'), directory.path('accounts/secret'));
    await rm(directory.path('accounts/file/file.jwt'));
    await symlink(outside.path('accounts/file/file.jwt'), directory.path('accounts/file/file.jwt'));
    const { listener } = await openNsc(directory.dir, { watch: false, sweepMs: 20 });
    await listener.sweptAnew();
    expect([...listener.texts.keys()]).toEqual(['accounts/A/A.jwt']);
    expect([...listener.problems.keys()].sort()).toEqual([
      'accounts/file/file.jwt',
      'accounts/secret/secret.jwt',
    ]);
    expect(listener.problems.get('accounts/secret/secret.jwt')).toMatch(/leads out of the store/);
    expect(listener.count('unreadable accounts/secret/secret.jwt')).toBe(1);
    expect(listener.count('unreadable accounts/file/file.jwt')).toBe(1);
  });

  test('a linked directory that stays inside the root works, and is watched', async () => {
    const directory = await OperatorDirectory.make(['A']);
    await mkdir(directory.path('elsewhere'));
    await writeFile(directory.path('elsewhere/B.jwt'), token('linked'));
    await symlink('../elsewhere', directory.path('accounts/B'));
    const { listener } = await openNsc(directory.dir);
    expect(listener.texts.get('accounts/B/B.jwt')).toBe(token('linked'));
    await writeFile(directory.path('elsewhere/B.jwt'), token('changed'));
    await listener.until(
      'the change is read',
      () => listener.texts.get('accounts/B/B.jwt') === token('changed'),
    );
  });

  test('links in a circle are no accounts and stop nothing', async () => {
    const directory = await OperatorDirectory.make(['A']);
    await symlink('..', directory.path('accounts/up'));
    await symlink('round', directory.path('accounts/round'));
    await symlink('nowhere', directory.path('accounts/dangling'));
    const { listener } = await openNsc(directory.dir);
    expect([...listener.texts.keys()]).toEqual(['accounts/A/A.jwt']);
    expect(listener.problems.get('accounts/round/round.jwt')).toMatch(/cannot be followed/);
  });

  test('W7: a Kubernetes swap of ..data shows the new version, each account once', async () => {
    const directory = await OperatorDirectory.make();
    await rm(directory.path('accounts'), { recursive: true });
    await rm(directory.path('op.jwt'));
    await mountVersion(directory, '..1', 'one');
    await symlink('..1', directory.path('..data'));
    await symlink('..data/accounts', directory.path('accounts'));
    await symlink('..data/op.jwt', directory.path('op.jwt'));
    const { listener } = await openNsc(directory.dir);
    expect(listener.texts.get('accounts/A/A.jwt')).toBe(token('A one'));
    expect(listener.operators.length).toBe(1);

    await mountVersion(directory, '..2', 'two');
    await symlink('..2', directory.path('..data_tmp'));
    await rename(directory.path('..data_tmp'), directory.path('..data'));
    await rm(directory.path('..1'), { recursive: true });
    await listener.until('both new versions are read', () =>
      ['A', 'B'].every((name) => listener.texts.get(`accounts/${name}/${name}.jwt`) === token(`${name} two`)),
    );
    await listener.until('the new operator is read', () => listener.operators.length === 2);
    expect(listener.count('read accounts/A/A.jwt')).toBe(2);
    expect(listener.calls).not.toContain('down');
    expect(listener.calls.filter((call) => call.startsWith('gone'))).toEqual([]);
  });
});

async function mountVersion(directory: OperatorDirectory, name: string, content: string): Promise<void> {
  for (const account of ['A', 'B']) {
    await mkdir(directory.path(name, 'accounts', account), { recursive: true });
    await writeFile(
      directory.path(name, 'accounts', account, `${account}.jwt`),
      token(`${account} ${content}`),
    );
  }
  await writeFile(directory.path(name, 'op.jwt'), token(`operator ${content}`));
}

describe('operator JWT', () => {
  test('.nsc names it, not the directory', async () => {
    const directory = await OperatorDirectory.make();
    const moved = join(tempDir(), 'checkout');
    await rename(directory.dir, moved);
    const { listener } = await openNsc(moved);
    expect(listener.operators).toEqual([OPERATOR.jwt]);
  });

  test('without .nsc, or with a broken one, the directory names it', async () => {
    for (const info of [undefined, '{"name":', '{"name":"../op"}', '[]', '{"name":7}']) {
      const directory = await OperatorDirectory.make();
      if (info === undefined) await rm(directory.path('.nsc'));
      else await writeFile(directory.path('.nsc'), info);
      const { listener } = await openNsc(directory.dir);
      expect(listener.operators).toEqual([OPERATOR.jwt]);
    }
  });

  test('changes are reported, and an absence once', async () => {
    const directory = await OperatorDirectory.make(['A']);
    await rm(directory.path('op.jwt'));
    const { listener } = await openNsc(directory.dir);
    expect(listener.operatorProblems).toEqual([`${directory.path('op.jwt')}: does not exist`]);
    for (const content of ['one', 'two']) {
      await writeFile(directory.path('op.jwt'), token(content));
      await listener.until(`${content} is read`, () => listener.operators.at(-1) === token(content));
    }
    expect(listener.operatorProblems.length).toBe(1);
  });

  test('the sweep finds a change that no event told', async () => {
    const directory = await OperatorDirectory.make();
    const { listener } = await openNsc(directory.dir, { watch: false, sweepMs: 20 });
    await writeFile(directory.path('op.jwt'), token('new'));
    await listener.until('it is read', () => listener.operators.at(-1) === token('new'));
    await listener.sweptAnew();
    expect(listener.operators.length).toBe(2);
  });

  test('a link out of the root is not followed', async () => {
    const directory = await OperatorDirectory.make();
    await rm(directory.path('op.jwt'));
    await symlink('/etc/hostname', directory.path('op.jwt'));
    const { listener } = await openNsc(directory.dir);
    expect(listener.operators).toEqual([]);
    expect(listener.operatorProblems[0]).toMatch(/leads out of the store/);
  });
});
