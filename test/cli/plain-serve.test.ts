import { describe, expect, test } from 'vitest';
import { parseArgs } from '../../src/cli/args.js';
import { plainServe } from '../../src/cli/plain-serve.js';

describe('the command line of a service', () => {
  test.each([
    [[]],
    [['serve']],
    [['-nsc', 'DIR', '-hp=:8080', '-ro=false', '-D']],
    [['--nsc=DIR', 'serve', '--listen', '[::1]:0', '--no-memory', '-c', 'a.conf', '--dump']],
    [['--dump', '--dump=false', '--config', 'a', '--config', 'b']],
    [['--creds', 'serve']],
  ])('%j is read as with all commands in view', (args) => {
    const invocation = plainServe(args);
    expect(invocation).toBeDefined();
    expect(parseArgs(args, '1')).toEqual({ kind: 'run', invocation });
  });

  test.each([
    [['--help']],
    [['--version']],
    [['-h', 'serve']],
    [['serve', 'x']],
    [['serve', 'serve']],
    [['sevre']],
    [['check-config']],
    [['--nsc']],
    [['--nope=1']],
    [['--', 'serve']],
    [['--admin-token', 'x']],
    [['']],
  ])('%j is for others', (args) => {
    expect(plainServe(args)).toBeUndefined();
  });
});
