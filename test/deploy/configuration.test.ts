import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { INPUTS } from '../../src/config/inputs.js';
import { readConfig } from '../../src/config/load.js';
import { PROJECT_ROOT } from '../support/real-program.js';
import { projectFile } from './deploy-files.js';

/** Reads a configuration file as the service does; mistakes fail the test. */
function configOf(path: string) {
  const loaded = readConfig({ flags: [], env: {}, file: join(PROJECT_ROOT, path) });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  expect(loaded.notices).toEqual([]);
  return loaded.config;
}

describe('the configuration files of deploy', () => {
  test('systemd: listens on this machine alone, serves a directory that the unit lets it write to', () => {
    const config = configOf('deploy/systemd/server.conf');
    expect(config.http).toMatchObject({ host: 'localhost', port: 9090 });
    expect(config.store.nsc).toMatch(/^\/var\/lib\/nats-account-server\//);
    expect(config.nats.creds).toMatch(/^\/etc\/nats-account-server\//);
  });

  test('Kubernetes: listens for the probes, keeps accounts on the volume', () => {
    const config = configOf('deploy/kubernetes/base/server.conf');
    const deployment = projectFile('deploy/kubernetes/base/deployment.yaml');
    expect(config.http).toMatchObject({ host: '0.0.0.0', port: 9090 });
    expect(deployment).toContain('containerPort: 9090');
    expect(config.store.dir).toMatch(/^\/data\//);
    expect(deployment).toContain('mountPath: /data');
    for (const file of [config.operator, config.nats.creds])
      expect(file).toMatch(/^\/etc\/nats-account-server\//);
    expect(config.nats.servers).toEqual(['nats://nats:4222']);
  });

  test.each(['Dockerfile', 'deploy/compose/compose.yaml', 'deploy/kubernetes/base/deployment.yaml'])(
    '%s sets environment variables that the service knows',
    (path) => {
      const known = INPUTS.flatMap(({ environment }) => environment ?? []);
      const used = projectFile(path)
        .split('\n')
        .filter((line) => !line.trim().startsWith('#'))
        .flatMap((line) => line.match(/NATS_ACCOUNT_SERVER_[A-Z_]+/g) ?? []);
      expect(used.length).toBeGreaterThan(0);
      expect(used.filter((variable) => !known.includes(variable))).toEqual([]);
    },
  );

  test('README.md names flags that there are', () => {
    const ours = projectFile('deploy/README.md').match(/(?<=`|serve )--[a-z-]+/g) ?? [];
    expect(ours).toContain('--nsc');
    const known = INPUTS.map(({ flag }) => `--${flag}`);
    expect(ours.filter((flag) => !known.includes(flag))).toEqual([]);
  });
});
