import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tempDir } from '../support/temp.js';
import { run } from './command-line.js';

function place() {
  const dir = tempDir();
  const nsc = join(dir, 'acme');
  mkdirSync(nsc);
  writeFileSync(join(nsc, '.nsc'), '{"name":"acme"}');
  const file = join(dir, 'as.conf');
  return { dir, nsc, file };
}

describe('check-config', () => {
  test('says that all is good', async () => {
    const { nsc } = place();
    expect(await run(['check-config', '-nsc', nsc])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'nats-account-server: the configuration is good\n',
    });
  });

  test('says every mistake on a line of its own, and changes nothing', async () => {
    const { dir, file } = place();
    writeFileSync(file, 'store.dir: new\nhttp.prot: 1');
    const before = readdirSync(dir);
    const { code, stdout, stderr } = await run(['check-config', '-c', file, '--listen', 'x']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([
      `nats-account-server: ${file}:2:1 http.prot: is not known; did you mean http.port?`,
      'nats-account-server: --listen: "x" is not host:port, such as localhost:9090 or 0.0.0.0:9090',
      `nats-account-server: ${file}:1:1 store.dir: needs the operator JWT, so that accounts can be trusted: --operator FILE`,
    ]);
    expect(readdirSync(dir)).toEqual(before);
  });

  test('--dump prints the configuration with its secrets hidden, notes stay on standard error', async () => {
    const { nsc, file } = place();
    writeFileSync(file, `store.nsc: ${nsc}\nhttp.push.token: s3cret\nsignrequesttimeout: 5`);
    const { code, stdout, stderr } = await run(['check-config', '--dump'], {
      env: { NATS_ACCOUNT_SERVER_CONFIG: file },
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      store: { nsc },
      http: { push: { token: '[hidden]' }, port: 9090 },
    });
    expect(stderr).toBe(
      `nats-account-server: note: ${file}:3:1 signrequesttimeout: has no effect: there is no signing service\n`,
    );
  });

  test('a name with escape sequences cannot paint the terminal', async () => {
    const { stderr } = await run(['check-config', '--listen', '\u001b[2J']);
    expect(stderr).toContain('\\u001b[2J');
    expect(stderr).not.toContain('\u001b');
  });
});

test('the configuration of the Kubernetes base is good', async () => {
  const { dir } = place();
  const text = readFileSync(new URL('../../deploy/kubernetes/base/server.conf', import.meta.url), 'utf8');
  const { stderr } = await run(['check-config', '-c', rewritten(dir, text)]);
  expect(stderr.replaceAll(/.*there is no such file or directory\n/g, '')).toBe('');
});

function rewritten(dir: string, text: string): string {
  const file = join(dir, 'server.conf');
  writeFileSync(file, text);
  return file;
}
