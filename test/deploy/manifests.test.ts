import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { PROJECT_ROOT, testWith } from '../support/real-program.js';
import { runProgram } from '../support/run-program.js';
import { checker, projectFile } from './deploy-files.js';

const BASE = 'deploy/kubernetes/base';
const PROBE = '/jwt/v1/accounts/';

/** What YAML holds, read by path; tests compare it and never trust it. */
type Tree = unknown;

/** The value at a path such as `spec.template.spec.containers.0.image`. */
function at(tree: Tree, path: string): Tree {
  return path.split('.').reduce<Tree>((value, key) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return Object.entries(value).find(([name]) => name === key)?.[1];
  }, tree);
}

/** The one document of a YAML file, which must be free of errors and doubtful spellings. */
function yamlFile(path: string): Tree {
  const documents = parseAllDocuments(projectFile(path), { version: '1.2', uniqueKeys: true });
  if (!Array.isArray(documents)) throw new Error(`${path} is empty`);
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  expect(documents).toHaveLength(1);
  return documents[0]?.toJS();
}

/** The version of package.json. */
const version: unknown = at(JSON.parse(projectFile('package.json')), 'version');

describe('deploy/kubernetes', () => {
  const kustomization = yamlFile(`${BASE}/kustomization.yaml`);
  const deployment = yamlFile(`${BASE}/deployment.yaml`);
  const pod = at(deployment, 'spec.template.spec');
  const container = at(pod, 'containers.0');

  test('lists every manifest there is', () => {
    const manifests = readdirSync(join(PROJECT_ROOT, BASE)).filter(
      (file) => file.endsWith('.yaml') && file !== 'kustomization.yaml',
    );
    expect(Object.values(at(kustomization, 'resources') ?? {}).toSorted()).toEqual(manifests.toSorted());
    expect(
      existsSync(join(PROJECT_ROOT, BASE, String(at(kustomization, 'configMapGenerator.0.files.0')))),
    ).toBe(true);
  });

  test('selects the pods of the deployment everywhere', () => {
    const labels = at(deployment, 'spec.template.metadata.labels');
    expect(at(deployment, 'spec.selector.matchLabels')).toEqual(labels);
    expect(at(yamlFile(`${BASE}/service.yaml`), 'spec.selector')).toEqual(labels);
    expect(at(yamlFile(`${BASE}/pod-disruption-budget.yaml`), 'spec.selector.matchLabels')).toEqual(labels);
  });

  test('names volumes, claims and service accounts that there are', () => {
    const volumes = Object.values(at(pod, 'volumes') ?? {});
    const mounts = Object.values(at(container, 'volumeMounts') ?? {});
    const names = (list: Tree[]) => list.map((each) => at(each, 'name')).toSorted();
    expect(names(mounts)).toEqual(names(volumes));
    const claim = volumes.find((volume) => at(volume, 'persistentVolumeClaim'));
    expect(at(claim, 'persistentVolumeClaim.claimName')).toBe(
      at(yamlFile(`${BASE}/persistent-volume-claim.yaml`), 'metadata.name'),
    );
    expect(at(pod, 'serviceAccountName')).toBe(at(yamlFile(`${BASE}/service-account.yaml`), 'metadata.name'));
  });

  test('asks what nats-server asks, and only whether the process lives before it ends it', () => {
    expect(at(container, 'startupProbe.httpGet.path')).toBe(PROBE);
    expect(at(container, 'readinessProbe.httpGet.path')).toBe(PROBE);
    expect(at(container, 'livenessProbe.httpGet.path')).toBe('/healthz');
  });

  test('takes every right away that the service does not need', () => {
    expect(at(pod, 'securityContext')).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(at(container, 'securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(at(pod, 'automountServiceAccountToken')).toBe(false);
    expect(at(pod, 'enableServiceLinks')).toBe(false);
  });

  test('runs the image of this version', () => {
    expect(at(container, 'image')).toBe(at(kustomization, 'images.0.name'));
    expect(at(kustomization, 'images.0.newTag')).toBe(version);
  });

  test('is documented with the objects that it refers to', () => {
    const made = [
      ...projectFile('deploy/README.md').matchAll(/kubectl create (?:configmap|secret generic) (\S+)/g),
    ];
    const wanted = [
      ...projectFile(`${BASE}/deployment.yaml`).matchAll(/name: (nats-account-server-[\w-]+)/g),
    ];
    const names = (matches: RegExpExecArray[]) => [...new Set(matches.map(([, name]) => name))].toSorted();
    expect(names(made)).toEqual(names(wanted));
  });

  testWith(checker('kubectl'), 'is built by kustomize', async (kubectl) => {
    const { code, stdout, stderr } = await runProgram(kubectl, ['kustomize', join(PROJECT_ROOT, BASE)]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain(`image: nats-account-server:${String(version)}\n`);
    // The generated name carries a hash of the content, so that a change of the configuration restarts the pod.
    expect(stdout).toMatch(/configMap:\n\s+name: nats-account-server-[a-z0-9]{10}\n/);
  });
});

describe('deploy/compose', () => {
  const compose = yamlFile('deploy/compose/compose.yaml');
  const services = Object.entries(at(compose, 'services') ?? {});

  test('starts nats-server once the account server is healthy', () => {
    expect(at(compose, 'services.nats-server.depends_on.account-server.condition')).toBe('service_healthy');
  });

  test('points nats-server at the service by its name', () => {
    const config = projectFile('deploy/compose/nats-server.conf');
    expect(config).toContain('resolver: URL(http://account-server:9090/jwt/v1/accounts/)');
    expect(at(compose, 'services.account-server.environment.NATS_ACCOUNT_SERVER_NATS')).toBe(
      'nats://nats-server:4222',
    );
    expect(services.map(([name]) => name)).toEqual(['account-server', 'nats-server']);
  });

  test('gives no service more rights than it needs', () => {
    for (const [name, service] of services) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
      for (const port of Object.values(at(service, 'ports') ?? {})) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
  });

  test('asks for exactly the values that env.example explains', () => {
    const wanted = [...projectFile('deploy/compose/compose.yaml').matchAll(/\$\{(\w+)/g)].map(
      ([, name]) => name,
    );
    const explained = [...projectFile('deploy/compose/env.example').matchAll(/^(\w+)=/gm)].map(
      ([, name]) => name,
    );
    expect([...new Set(wanted)].toSorted()).toEqual(explained.toSorted());
  });

  test('mounts files that there are', () => {
    const text = projectFile('deploy/compose/compose.yaml');
    for (const [, file = ''] of text.matchAll(/- \.\/([\w.-]+):/g)) {
      expect(existsSync(join(PROJECT_ROOT, 'deploy/compose', file)), file).toBe(true);
    }
    expect(
      existsSync(
        join(
          PROJECT_ROOT,
          'deploy/compose',
          String(at(compose, 'services.account-server.build.context')),
          'Dockerfile',
        ),
      ),
    ).toBe(true);
  });
});
