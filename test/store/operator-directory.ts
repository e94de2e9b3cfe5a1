import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TrustedAccount, TrustedOperator } from '../../src/claims/jwt.js';
import { trustAccount, trustOperator } from '../../src/claims/trust.js';
import { readAccountJwt, readOperatorJwt } from '../../src/claims/verify.js';
import {
  type AccountChoices,
  type MintedOperator,
  mintAccount,
  mintOperator,
  nowSeconds,
} from '../support/mint.js';
import { tempDir } from '../support/temp.js';

/** The one operator whose accounts these tests save. */
export const OPERATOR: MintedOperator = mintOperator();
const trustedOperator: TrustedOperator = trust(readOperatorJwt(OPERATOR.jwt), (jwt) =>
  trustOperator(jwt, nowSeconds()),
);

/** A trusted account of {@link OPERATOR}, as the one door hands it to a store. */
export function mintTrusted(choices: AccountChoices = {}): TrustedAccount {
  return trust(readAccountJwt(mintAccount(OPERATOR, choices).jwt), (jwt) =>
    trustAccount(trustedOperator, jwt),
  );
}

type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: unknown };

function trust<V, T>(read: Outcome<V>, judge: (value: V) => Outcome<T>): T {
  const judged = read.ok ? judge(read.value) : read;
  if (!judged.ok) throw new Error(`the test minted a bad token: ${JSON.stringify(judged.problem)}`);
  return judged.value;
}

/** A copy of an operator directory that real nsc wrote. */
export async function copyFixture(name: string, operator: string): Promise<string> {
  const dir = join(tempDir('nas-store-'), operator);
  const from = fileURLToPath(new URL(`../fixtures/nsc/${name}/stores/${operator}`, import.meta.url));
  await cp(from, dir, { recursive: true });
  return dir;
}

/** An nsc operator directory that a test fills by hand, with the calls that nsc makes. */
export class OperatorDirectory {
  private constructor(readonly dir: string) {}

  /** With `.nsc`, operator JWT, and accounts of these names that hold tokens. */
  static async make(accounts: readonly string[] = []): Promise<OperatorDirectory> {
    const made = new OperatorDirectory(join(tempDir('nas-store-'), 'op'));
    await mkdir(made.dir);
    await writeFile(
      made.path('.nsc'),
      JSON.stringify({ managed: false, name: 'op', kind: 'operator', version: '1' }),
    );
    await writeFile(made.path('op.jwt'), OPERATOR.jwt);
    await mkdir(made.path('accounts'));
    for (const name of accounts) await made.put(name, token(name));
    return made;
  }

  path(...below: string[]): string {
    return join(this.dir, ...below);
  }

  slot(name: string): string {
    return `accounts/${name}/${name}.jwt`;
  }

  /** Writes an account file as nsc does: makes directories, then truncates and writes in place. */
  async put(name: string, text: string): Promise<void> {
    await mkdir(this.path('accounts', name), { recursive: true });
    await writeFile(this.path(this.slot(name)), text);
  }

  /** As {@link put}, at once: whatever waits in this process, a timer of the store too, comes after it. */
  putNow(name: string, text: string): void {
    mkdirSync(this.path('accounts', name), { recursive: true });
    writeFileSync(this.path(this.slot(name)), text);
  }

  /** As {@link remove}, at once. */
  removeNow(name: string): void {
    rmSync(this.path('accounts', name), { recursive: true });
  }

  /** Puts an account file in place as git and editors do: another file takes its name. */
  async replace(name: string, text: string): Promise<void> {
    const temporary = this.path('accounts', name, '.edit~');
    await writeFile(temporary, text);
    await rename(temporary, this.path(this.slot(name)));
  }

  /** Removes an account as nsc does. */
  async remove(name: string): Promise<void> {
    await rm(this.path(this.slot(name)));
    await rm(this.path('accounts', name), { recursive: true });
  }

  async mode(below: string, mode: number): Promise<void> {
    await chmod(this.path(below), mode);
  }
}

/** Something in three chunks: enough of a token for a store that only reads. */
export function token(content: string): string {
  return `header.${Buffer.from(content).toString('base64url')}.signature`;
}
