import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT, testWith } from '../support/real-program.js';
import { runProgram } from '../support/run-program.js';
import { checker, projectFile } from './deploy-files.js';
import { copiesOf, parseDockerfile } from './dockerfile.js';

describe('Dockerfile', () => {
  const stages = parseDockerfile(projectFile('Dockerfile'));
  const last = stages.at(-1);
  const all = stages.flatMap((stage) => stage.instructions);
  const lastTextOf = (keyword: string) =>
    last?.instructions.filter((each) => each.keyword === keyword).at(-1)?.text ?? '';

  test('builds in several stages, each on a base with a version', () => {
    expect(stages.length).toBeGreaterThan(1);
    for (const { base } of stages) expect(base).toMatch(/(?:^node:24-|\/nodejs24-).*(?<!latest)$/);
  });

  test('ends on a base without a shell, as a user that is not root', () => {
    expect(last?.base).toMatch(/^gcr\.io\/distroless\/.*:nonroot$/);
    // Kubernetes can only tell of a number that it is not root.
    expect(lastTextOf('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  test('starts the program itself, and knows how to ask for its health', () => {
    const entry: unknown = JSON.parse(lastTextOf('ENTRYPOINT'));
    expect(entry).toEqual(['/nodejs/bin/node', '/app/dist/main.js']);
    const command = /CMD (\[.*\])$/.exec(lastTextOf('HEALTHCHECK'))?.[1] ?? '';
    expect(JSON.parse(command)).toEqual(['/nodejs/bin/node', '/app/health.mjs']);
    expect(lastTextOf('ENV')).toContain('NATS_ACCOUNT_SERVER_LISTEN=0.0.0.0:9090');
  });

  test('runs no script of a dependency, and leaves development behind', () => {
    const installs = all.filter(({ text }) => /\bnpm (?:ci|install|i)\b/.test(text));
    expect(installs.length).toBeGreaterThan(0);
    for (const { text } of installs) expect(text).toMatch(/npm ci .*--ignore-scripts/);
    const modules = last && copiesOf(last).find(({ sources }) => sources[0]?.endsWith('node_modules'));
    const source = stages.find(({ name }) => name === modules?.from);
    expect(source?.instructions.map(({ text }) => text).join('\n')).toContain('--omit=dev');
  });

  test('fetches nothing but packages', () => {
    expect(all.filter(({ keyword }) => keyword === 'ADD')).toEqual([]);
    expect(all.filter(({ text }) => /https?:|\bcurl\b|\bwget\b|\bapt/.test(text))).toEqual([]);
  });

  test('copies what is there, and what .dockerignore lets through', () => {
    const rules = projectFile('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('*');
    const allowed = rules.slice(1).map((rule) => rule.replace(/^!/, ''));
    const copied = stages.flatMap(copiesOf).filter(({ from }) => from === undefined);
    const sources = [...new Set(copied.flatMap((copy) => copy.sources))].map((path) =>
      path.replace(/^\.\//, ''),
    );
    expect(sources.toSorted()).toEqual(allowed.toSorted());
    expect(sources.filter((path) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);
  });

  test('copies from stages that there are', () => {
    const names = stages.map(({ name }) => name);
    const wanted = stages.flatMap(copiesOf).flatMap(({ from }) => from ?? []);
    expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
  });

  testWith(checker('hadolint'), 'has nothing that hadolint complains of', async (hadolint) => {
    const { code, stdout } = await runProgram(hadolint, [join(PROJECT_ROOT, 'Dockerfile')]);
    expect(stdout).toBe('');
    expect(code).toBe(0);
  });
});
