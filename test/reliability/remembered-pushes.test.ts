import { basename, dirname } from 'node:path';
import { expect } from 'vitest';
import { ask } from '../http/support.js';
import { build } from '../support/app.js';
import { type MintedAccount, mintAccount, mintOperator, nowSeconds } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { type Service, startService } from '../support/service.js';
import { testWithStrace, traceProcess } from '../support/strace.js';

const NAMES = Array.from({ length: 24 }, (_, i) => `account-${i}`);

/** A service that is pushed to so much that a thread of its own keeps the tokens and writes the ledger for them. */
class BusyService {
  readonly #operator = mintOperator();
  readonly tree = new OperatorTree(this.#operator);
  readonly #iat = nowSeconds() - 100_000;
  #round = 0;

  private constructor(private readonly strace: string) {
    for (const name of NAMES) this.tree.add(name, { iat: this.#iat });
  }

  /** Answers with what was pushed in a round that the thread did, and the calls of that round. */
  static async start(strace: string) {
    const busy = new BusyService(strace);
    const service = await startService(['--nsc', busy.tree.dir, '--sweep', '1h', '-D']);
    for (;;) {
      const { pushes, lines } = await busy.#tracedRound(service);
      const [keeper, ...others] = keepers(lines);
      const remembers = lines.some(
        (line) => line.startsWith(`${keeper} write(`) && line.includes('/ledger-'),
      );
      if (others.length === 0 && remembers) return { busy, service, pushes, lines };
    }
  }

  /** A newer token of an account. */
  next(name: string): MintedAccount {
    return mintAccount(this.#operator, {
      name,
      iat: this.#iat + ++this.#round,
      identity: this.tree.get(name).identity,
    });
  }

  async #tracedRound(service: Service) {
    const how = ['-e', 'trace=read,write,writev,fsync,fdatasync,rename,renameat,renameat2'];
    const trace = await traceProcess(this.strace, service.pid, how);
    const pushes = NAMES.map((name) => ({ name, account: this.next(name) }));
    const answers = pushes.map(({ account }) => push(service, account));
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ status: 200 });
    // So that the trace does not end in the middle of the last answer.
    await ask(service.url, '/jwt/v1/accounts/');
    await trace.detach();
    return { pushes, lines: trace.lines() };
  }
}

const push = (service: Pick<Service, 'url'>, { key, jwt }: MintedAccount) =>
  ask(service.url, `/jwt/v1/accounts/${key}`, { method: 'POST', body: jwt });

/** The threads that gave account files their names. */
function keepers(lines: readonly string[]): string[] {
  const renames = lines.filter((line) => / rename.*\.jwt"/.test(line));
  return [...new Set(renames.map((line) => line.split(' ')[0] ?? ''))];
}

testWithStrace(
  'D3: when many pushes come at once what is to be remembered of each is on the disk before its file has the name',
  async (strace) => {
    const { busy, pushes, lines } = await BusyService.start(strace);
    for (const { name, account } of pushes) {
      const file = busy.tree.file(name);
      const from = lines.findIndex((line) =>
        line.includes(`POST /jwt/v1/accounts/${account.key.slice(0, 8)}`),
      );
      const until = lines.findIndex((line) => / rename/.test(line) && line.includes(`/${basename(file)}"`));
      const calls = lines.slice(from, until);
      expect(
        calls.some((line) => / fdatasync\(.*\/ledger-.*= 0$/.test(line)),
        name,
      ).toBe(true);
      const written = / fsync\(.*\.tmp>\) += 0$/;
      expect(
        calls.some((line) => written.test(line) && line.includes(`<${dirname(file)}/`)),
        name,
      ).toBe(true);
    }
  },
  120_000,
);

testWithStrace(
  'D2, R3: killed after a file got its name, in the thread that keeps many: what it replaced does not come back',
  async (strace) => {
    const { busy, service, pushes } = await BusyService.start(strace);
    const [name = ''] = NAMES;
    const old = pushes.find((each) => each.name === name)?.account;
    if (old === undefined) throw new Error(`${name} was not pushed`);
    const pushed = busy.next(name);
    // Of the thread, one push alone: the file first, then its directory.
    const how = ['-e', 'trace=fsync', '-e', 'inject=fsync:signal=KILL:when=2'];
    const trace = await traceProcess(strace, service.pid, how);
    const answer = await push(service, pushed).catch(() => undefined);
    expect(answer).toBeUndefined();
    await Promise.all([service.exit, trace.ended]);
    const again = await build('--nsc', busy.tree.dir);
    expect(await again.account(pushed.key)).toBe(pushed.jwt);
    expect(await push(again, old)).toMatchObject({ status: 409 });
    await again.close();
  },
  120_000,
);
