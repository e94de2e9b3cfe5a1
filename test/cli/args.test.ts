import { describe, expect, test } from 'vitest';
import { parseArgs } from '../../src/cli/args.js';
import type { Invocation } from '../../src/cli/invocation.js';
import { INPUTS } from '../../src/config/inputs.js';
import { run } from './command-line.js';

function invocation(...args: string[]): Invocation {
  const parsed = parseArgs(args, '1.2.3');
  if (parsed.kind === 'run') return parsed.invocation;
  throw new Error(JSON.stringify(parsed));
}

/** The flags as `name=value`. */
const flags = (...args: string[]): string[] =>
  invocation(...args).flags.map(({ flag, value }) => `${flag}=${value}`);

function mistakes(...args: string[]): readonly string[] {
  const parsed = parseArgs(args, '1.2.3');
  return parsed.kind === 'usage' ? parsed.problems : [];
}

describe("the Go server's spelling", () => {
  test.each([
    [['-nsc', 'DIR'], ['nsc=DIR']],
    [['-nsc=DIR'], ['nsc=DIR']],
    [['--nsc', 'DIR'], ['nsc=DIR']],
    [['--nsc=DIR=x'], ['nsc=DIR=x']],
    [
      ['-dir', 'D', '-operator', 'F', '-nats', 'URL', '-creds', 'C'],
      ['dir=D', 'operator=F', 'nats=URL', 'creds=C'],
    ],
    [['-hp', ':8080'], ['listen=:8080']],
    [['--hp=:8080'], ['listen=:8080']],
    [['-ro'], ['read-only=true']],
    [['-ro=false'], ['read-only=false']],
    [
      ['-D', '-V', '-DV'],
      ['debug=true', 'trace=true', 'trace=true'],
    ],
    [['-primary', 'http://x'], ['primary=http://x']],
    [['--no-read-only'], ['read-only=false']],
    [['-creds', '-odd'], ['creds=-odd']],
    [
      ['--nats', 'a', '-nats', 'b'],
      ['nats=a', 'nats=b'],
    ],
  ])('%j', (args, expected) => {
    expect(flags(...args)).toEqual(expected);
  });

  test('what the user wrote is kept for messages', () => {
    expect(invocation('-hp=x', '-ro').flags.map(({ spelling }) => spelling)).toEqual(['-hp', '-ro']);
  });

  test('-c names the file, -dump asks for the configuration', () => {
    expect(invocation('-c', 'a.conf', '-dump')).toMatchObject({ configFile: 'a.conf', dump: true });
    expect(invocation('--config=b.conf')).toMatchObject({ configFile: 'b.conf', dump: false });
  });
});

describe('commands', () => {
  test.each([
    [[], { name: 'serve' }],
    [['serve'], { name: 'serve' }],
    [['--nsc', 'DIR', 'check-config'], { name: 'check-config' }],
    [['demo'], { name: 'demo', directory: '.demo', action: { kind: 'serve', withNatsServer: false } }],
    [
      ['demo', 'x', '--with-nats-server'],
      { name: 'demo', directory: 'x', action: { kind: 'serve', withNatsServer: true } },
    ],
    [['demo', '--change'], { name: 'demo', directory: '.demo', action: { kind: 'change' } }],
    [
      ['demo', '--client', 'guest'],
      { name: 'demo', directory: '.demo', action: { kind: 'client', user: 'guest' } },
    ],
    [['inspect', '-'], { name: 'inspect', subject: '-', output: 'table' }],
    [['inspect', '--json', 'a.jwt'], { name: 'inspect', subject: 'a.jwt', output: 'json' }],
    [['inspect', '--jsonl'], { name: 'inspect', subject: '', output: 'jsonl' }],
    [['inspect', '--jsonl', '--keys'], { name: 'inspect', subject: '', output: 'jsonl-keys' }],
    [['inspect', '--', '-nsc'], { name: 'inspect', subject: '-nsc', output: 'table' }],
  ])('%j', (args, command) => {
    expect(invocation(...args).command).toEqual(command);
  });

  test('flags may stand before and behind the command and its operands', () => {
    expect(flags('-D', 'inspect', '--nsc', 'DIR', 'KEY', '--operator=F')).toEqual([
      'debug=true',
      'nsc=DIR',
      'operator=F',
    ]);
  });
});

describe('what makes no sense is one readable line each, with exit code 2', () => {
  test.each([
    [['--nsk', 'x'], ["unknown option '--nsk' (Did you mean --nsc?)"]],
    [['srve'], ["unknown command 'srve'; did you mean serve?"]],
    [
      ['whatever'],
      ["unknown command 'whatever'; there are serve, demo, inspect, fleet, sys, audit, check-config"],
    ],
    [['-nsc'], ['-nsc needs a value: -nsc DIR']],
    [
      ['--listen', 'a', 'srve', '-dir'],
      ['-dir needs a value: -dir DIR', "unknown command 'srve'; did you mean serve?"],
    ],
    [['inspect'], ['inspect needs a file, -, a token or an account key']],
    [['inspect', 'a', 'b'], ["too many arguments for 'inspect'. Expected 1 argument but got 2."]],
    [['inspect', '--jsonl', 'a'], ['inspect --jsonl reads standard input and takes no file']],
    [['inspect', '--keys', 'a'], ['--keys needs --jsonl']],
    [['inspect', '--json', '--jsonl'], ['inspect takes one of --json and --jsonl']],
    [
      ['demo', '--change', '--with-nats-server'],
      ['demo takes one of --with-nats-server, --change and --client'],
    ],
    [
      ['demo', '--client', 'bob'],
      ["option '--client <user>' argument 'bob' is invalid. Allowed choices are app, guest."],
    ],
    [
      ['--push-password', 'x'],
      [
        '--push-password: secrets do not belong on a command line; use --push-password-file FILE or the environment variable NATS_ACCOUNT_SERVER_PUSH_PASSWORD',
      ],
    ],
  ])('%j', (args, problems) => {
    expect(mistakes(...args)).toEqual(problems);
  });

  test('on standard error', async () => {
    const ended = await run(['srve']);
    expect(ended).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "nats-account-server: unknown command 'srve'; did you mean serve?\nnats-account-server: see nats-account-server --help\n",
    });
  });
});

test.each([
  [['--push-passwrd=s3cret'], /unknown option '--push-passwrd'$/m],
  [['nats://bob:s3cret@localhost'], /unknown command 'nats:\/\/\[redacted\]@localhost'/],
  [['--cors-origin', 'https://bob:s3cret@localhost'], /"https:\/\/\[redacted\]@localhost" is no origin/],
])('a secret that was typed in the wrong place is not repeated: %j', async (args, said) => {
  const { stdout, stderr } = await run(args);
  expect(stderr).toMatch(said);
  expect(stdout + stderr).not.toContain('s3cret');
});

describe('help', () => {
  test('lists every flag with its default, and examples', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const { flag, initial } of INPUTS)
      if (flag !== undefined) expect(stdout).toContain(initial === 'true' ? `--no-${flag}` : `--${flag}`);
    expect(stdout).toContain('(default: localhost:9090)');
    expect(stdout).toContain('nats-account-server check-config -c as.conf');
    expect(stdout).not.toMatch(/[`]/);
  });

  test.each(['demo', 'inspect', 'check-config', 'serve'])('%s --help', async (command) => {
    const { code, stdout } = await run([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: nats-account-server ${command}`);
  });

  test('--version', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });
});
