import { describe, expect, test } from 'vitest';
import { type SourceFile, sourceFile, sourceFiles } from './support/source-files.js';

/** What `nats-account-server --nsc DIR` loads before it listens: the program and what `main.ts` loads for a service. */
const START = ['main.ts', 'cli/run.ts', 'cli/version.ts', 'observability/logger.ts', 'app.ts'];

/** Packages that are loaded when they are needed: each takes as long as a hundred files of our own, or longer. */
const LATER = [
  'fastify',
  '@nats-io/transport-node',
  '@nats-io/jwt',
  'nkeys.js',
  'commander',
  'pino-pretty',
  'prom-client',
  'typebox',
  'typebox/compile',
];

/** Modules that a file needs before it runs: neither types nor what it imports by a call. */
function needed({ path, text }: SourceFile): string[] {
  const declarations = text.matchAll(/^(?:import|export)(?! type )(?: [^;'"]*? from)? '([^']*)'/gm);
  return [...declarations].map(([, target = '']) => {
    if (!target.startsWith('.')) return target;
    return new URL(target, `file:///${path}`).pathname.slice(1).replace(/\.js$/, '.ts');
  });
}

function loadedFrom(roots: readonly string[], files: readonly SourceFile[]): Set<string> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const loaded = new Set<string>(roots);
  for (const path of loaded) {
    const file = byPath.get(path);
    if (file !== undefined) for (const target of needed(file)) loaded.add(target);
  }
  return loaded;
}

describe('a start', () => {
  test('loads nothing that only some need, or that can wait', () => {
    const loaded = loadedFrom(START, sourceFiles());
    expect(loaded).toContain('accounts/accounts.ts');
    expect(LATER.filter((name) => loaded.has(name))).toEqual([]);
    expect([...loaded].filter((path) => /^(nats|demo)\//.test(path))).toEqual([]);
  });

  test.each([
    ["import { x } from 'commander';", ['commander']],
    ["import {\n  x,\n  y,\n} from './b.js';", ['cli/b.ts']],
    ["export { x } from '../app.js';", ['app.ts']],
    ["import 'fastify';", ['fastify']],
    ["import type { X } from 'fastify';", []],
    ["export type { X } from './b.js';", []],
    ["const { x } = await import('./b.js');", []],
  ])('%j loads %j', (text, targets) => {
    expect(needed(sourceFile('cli/a.ts', text))).toEqual(targets);
  });
});
