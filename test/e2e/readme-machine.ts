import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd } from '../support/clean-up.js';
import { PROJECT_ROOT } from '../support/real-program.js';
import { type Ended, runProgram } from '../support/run-program.js';
import { ServerLog } from '../support/server-log.js';
import { tempDir } from '../support/temp.js';

const OURS = `exec "${process.execPath}" --import "${import.meta.resolve('tsx')}" "${join(PROJECT_ROOT, 'src/main.ts')}" "$@"`;
const STORE = '.local/share/nats/nsc/stores/acme';

/** A program that a shell has started. */
export interface Running {
  readonly log: ServerLog;
  readonly process: ChildProcess;
}

/**
 * The machine of somebody who reads the README: a home directory with an nsc operator `acme` and an account APP, and on
 * PATH nsc, curl and our program (from its sources, `npx` finds it too). Commands are typed to a real shell as they
 * stand in the README; only the ports and `DIR` are put in.
 */
export class ReadmeMachine {
  readonly home = tempDir('nas-readme-');
  readonly storeDir = join(this.home, STORE);
  /** The key of the account APP. */
  account = '';
  /** What stands for `localhost:9090` and `localhost:4222`. */
  address = 'localhost:9090';
  natsAddress = 'localhost:4222';

  constructor(private readonly nsc: string) {
    const bin = join(this.home, 'bin');
    mkdirSync(bin);
    symlinkSync(nsc, join(bin, 'nsc'));
    this.#install('nats-account-server', OURS);
    this.#install('npx', `[ "$1" = nats-account-server ] || exit 64\nshift\n${OURS}`);
  }

  /** What a user has done before: an operator with a system account, an account, a user. */
  async setUp(): Promise<void> {
    await this.ok('nsc add operator acme --sys && nsc add account APP && nsc add user alice');
    this.account = await this.keyOf('APP');
  }

  async keyOf(account: string): Promise<string> {
    const { stdout } = await this.ok(`nsc describe account ${account} --json --field sub`);
    return stdout.trim().replaceAll('"', '');
  }

  /** The text of an account's file. */
  file(account: string): string {
    return readFileSync(join(this.storeDir, `accounts/${account}/${account}.jwt`), 'utf8');
  }

  creds(account: string, user: string): string {
    return join(this.home, `.local/share/nats/nsc/keys/creds/acme/${account}/${user}.creds`);
  }

  /** Types a command and waits until it ends. */
  type(command: string): Promise<Ended> {
    return runProgram('sh', ['-c', this.#adapted(command)], { env: this.#env(), cwd: this.home });
  }

  /** As {@link type}; an exit code other than 0 is an error. */
  async ok(command: string): Promise<Ended> {
    const ended = await this.type(command);
    if (ended.code !== 0)
      throw new Error(`${command} ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`);
    return ended;
  }

  /** Types a command that goes on running. */
  start(command: string): Running {
    const child = spawn('sh', ['-c', `exec ${this.#adapted(command)}`], {
      env: this.#env(),
      cwd: this.home,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    atEnd(() => void child.kill('SIGKILL'));
    const log = new ServerLog(child.stderr);
    log.follow(child.stdout);
    return { log, process: child };
  }

  /** The same machine elsewhere: another administrator with the same operator. */
  copy(): ReadmeMachine {
    const other = new ReadmeMachine(this.nsc);
    cpSync(join(this.home, '.local'), join(other.home, '.local'), { recursive: true });
    cpSync(join(this.home, '.config'), join(other.home, '.config'), { recursive: true });
    const config = join(other.home, '.config/nats/nsc/nsc.json');
    writeFileSync(config, readFileSync(config, 'utf8').replaceAll(this.home, other.home));
    return other;
  }

  #install(name: string, script: string): void {
    const file = join(this.home, 'bin', name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }

  #adapted(command: string): string {
    return command
      .replaceAll('localhost:9090', this.address)
      .replaceAll('localhost:4222', this.natsAddress)
      .replaceAll(/\bDIR\b/g, this.storeDir);
  }

  #env(): NodeJS.ProcessEnv {
    return {
      HOME: this.home,
      PATH: `${join(this.home, 'bin')}:${process.env.PATH}`,
      ACCOUNT: this.account,
      NSC_NO_GIT_IGNORE: 'true',
      // A port of its own, so that tests can run side by side.
      NATS_ACCOUNT_SERVER_LISTEN: '127.0.0.1:0',
    };
  }
}
