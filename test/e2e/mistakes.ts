import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mintAccount, mintCreds, mintOperator } from '../support/mint.js';
import { OperatorTree } from '../support/operator-tree.js';
import { tempDir } from '../support/temp.js';

/** A start that cannot work: what is typed, every line that is said about it, and the exit code (1 unless given). */
export type Mistake = readonly [args: readonly string[], said: readonly RegExp[], code?: number];

/** Mistakes by what they are, with the files they need. @param takenPort a port that somebody listens on */
export function mistakes(takenPort: number): Readonly<Record<string, Mistake>> {
  const made = new Place();
  return { ...directories(made), ...operators(made), ...others(made, takenPort), ...USAGE };
}

/** A directory with everything that can be named wrongly. */
class Place {
  readonly #dir = tempDir();
  readonly operator = mintOperator({ name: 'op' });
  readonly nsc = new OperatorTree(this.operator, ['A', 'B']).dir;
  readonly operatorFile = this.write('op.jwt', this.operator.jwt);

  constructor() {
    execFileSync('mkfifo', [this.path('fifo')]);
    symlinkSync('nowhere', this.path('dangling'));
    mkdirSync(this.path('folder'));
    truncateSync(this.write('huge', ''), 6 * 1024 ** 3);
  }

  path(name: string): string {
    return join(this.#dir, name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** An nsc operator directory with two accounts and something else for its operator JWT. */
  spoiltTree(name: string, operatorJwt: string | undefined): string {
    const spoilt = new OperatorTree(this.operator, ['A', 'B'], this.path(name));
    if (operatorJwt === undefined) rmSync(spoilt.operatorFile);
    else writeFileSync(spoilt.operatorFile, operatorJwt);
    return spoilt.dir;
  }
}

function directories(made: Place): Record<string, Mistake> {
  const flat = (name: string): string[] => ['--dir', made.path(name), '--operator', made.operatorFile];
  return {
    'no store': [[], [/^no store is named: use --nsc DIR .*--dir DIR.*--memory.*demo$/]],
    'no operator directory': [['--nsc', made.path('folder')], [/^--nsc: .* is no nsc operator directory/]],
    'accounts/ instead': [['--nsc', join(made.nsc, 'accounts')], [/did you mean .*op\?$/]],
    'a file instead': [['--nsc', made.operatorFile], [/op\.jwt is a file, not a directory$/]],
    'a link to nowhere instead': [flat('dangling'), [/^--dir: .*dangling: there is no such file/]],
    'no operator JWT in it': [
      ['--nsc', made.spoiltTree('none', undefined)],
      [/^operator JWT .*: does not exist$/],
    ],
    'a broken one in it': [['--nsc', made.spoiltTree('half', 'eyJ.half')], [/^operator JWT .*three chunks/]],
  };
}

function operators(made: Place): Record<string, Mistake> {
  const { operator } = made;
  const named = (file: string): string[] => ['--dir', made.path('jwts'), '--operator', file];
  const account = mintAccount(operator);
  const forged = `${operator.jwt.slice(0, -8)}AAAAAAAA`;
  return {
    'no operator': [['--memory'], [/^--memory: needs the operator JWT.*--operator FILE$/]],
    'an account as operator': [
      named(made.write('a.jwt', account.jwt)),
      [/is of type account, not operator$/],
    ],
    'creds as operator': [named(made.write('u.creds', mintCreds(account))), [/of type user, not operator$/]],
    'a forged operator': [
      named(made.write('forged.jwt', forged)),
      [/the signature is not by the key in iss$/],
    ],
    'a FIFO as operator': [named(made.path('fifo')), [/^--operator: .*fifo is no regular file$/]],
    'a link to nowhere as operator': [named(made.path('dangling')), [/^--operator: .*no such file/]],
    'a huge operator': [named(made.path('huge')), [/^operator JWT .*larger than a token can be/]],
  };
}

function others(made: Place, takenPort: number): Record<string, Mistake> {
  const nsc = (...args: string[]): string[] => ['--nsc', made.nsc, ...args];
  const creds = (file: string): string[] => nsc('--nats', 'localhost', '--creds', file);
  const system = (text: string): string[] => nsc('--system-account', made.write('sys.jwt', text));
  const pem = (name: string): string => join(import.meta.dirname, '../http/certificates', name);
  const [gone, conf] = [made.path('gone'), made.write('odd.conf', 'pots: 1')];
  return {
    'a broken system account': [system('eyJ'), [/^system account JWT .*sys\.jwt: .*three chunks/]],
    'a port in use': [
      nsc('--listen', `127.0.0.1:${takenPort}`),
      [/^cannot listen on .*another program listens/],
    ],
    "another machine's address": [nsc('--listen', '192.0.2.1:1'), [/this machine has no such address$/]],
    'a directory as creds': [creds(made.path('folder')), [/^--creds: .*is a directory, not a file$/]],
    'creds that are none': [creds(made.operatorFile), [/^--creds: .*op\.jwt holds no user JWT/]],
    'certificate and key of two': [
      nsc('--tls-cert', pem('renewed.pem'), '--tls-key', pem('server.key')),
      [/^the certificates cannot be used: the private key does not belong/],
    ],
    'a FIFO as configuration': [['-c', made.path('fifo')], [/cannot read .*fifo: it is no regular file$/]],
    'a configuration that is none': [
      ['-c', made.write('a.conf', 'store: {\n  nsc: a b\n')],
      [/a\.conf:2:10: /],
    ],
    'five at once': [
      ['--nsc', gone, '--nats', 'h', '--creds', gone, '--listen', 'x', '--sweep', '-1', '-c', conf],
      [/odd\.conf:1:1 pots: is not known/, /^--listen: /, /^--sweep: /, /^--nsc: /, /^--creds: /],
    ],
  };
}

const HELP = /^see nats-account-server --help$/;

const USAGE: Readonly<Record<string, Mistake>> = {
  'a flag that is none': [['--nscc', 'x'], [/^unknown option '--nscc'/, HELP], 2],
  'a command that is none': [['sreve'], [/did you mean serve\?$/, HELP], 2],
  'a flag without its value': [['--nsc'], [/^--nsc needs a value/, HELP], 2],
  'a secret as flag': [['--push-password', 's3cret'], [/secrets do not belong on a command line/, HELP], 2],
};
