import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AccountChoices, type MintedAccount, type MintedOperator, mintAccount } from './mint.js';
import { tempDir } from './temp.js';

/** An nsc operator directory with good tokens of a minted operator, to be spoilt by a test. */
export class OperatorTree {
  /** Accounts by the name of their directory. */
  readonly accounts = new Map<string, MintedAccount>();

  /** Makes `<dir>/.nsc`, the operator JWT, and an account for each name. */
  constructor(
    readonly operator: MintedOperator,
    names: readonly string[] = [],
    readonly dir: string = join(tempDir('nas-tree-'), 'op'),
  ) {
    mkdirSync(join(dir, 'accounts'), { recursive: true });
    writeFileSync(join(dir, '.nsc'), '{"managed":false,"name":"op","kind":"operator","version":"1"}');
    writeFileSync(this.operatorFile, operator.jwt);
    for (const name of names) this.add(name);
  }

  get operatorFile(): string {
    return join(this.dir, 'op.jwt');
  }

  /** `accounts/<name>/<name>.jwt`, as the service names the place in its log. */
  slot(name: string): string {
    return `accounts/${name}/${name}.jwt`;
  }

  file(name: string): string {
    return join(this.dir, this.slot(name));
  }

  /** Mints an account (another token of the same one, when the name is known) and writes it. */
  add(name: string, choices: AccountChoices = {}): MintedAccount {
    const identity = this.accounts.get(name)?.identity;
    const account = mintAccount(this.operator, { name, ...(identity && { identity }), ...choices });
    this.accounts.set(name, account);
    this.write(name, account.jwt);
    return account;
  }

  /** Puts any content where the account of this name belongs, as nsc writes: by truncating the file. */
  write(name: string, content: string | Uint8Array): void {
    mkdirSync(join(this.dir, 'accounts', name), { recursive: true });
    writeFileSync(this.file(name), content);
  }

  /** Puts another operator JWT in place, by rename. */
  replaceOperator(jwt: string): void {
    writeFileSync(`${this.operatorFile}.new`, jwt);
    renameSync(`${this.operatorFile}.new`, this.operatorFile);
  }

  remove(name: string): void {
    rmSync(join(this.dir, 'accounts', name), { recursive: true });
  }

  /** The account of this name. */
  get(name: string): MintedAccount {
    const account = this.accounts.get(name);
    if (account === undefined) throw new Error(`there is no account ${name}`);
    return account;
  }
}
