import { describe, expect, test } from 'vitest';
import { type SourceFile, sourceFile, sourceFiles, undocumentedExports } from './support/source-files.js';

/** Imports go from the left to the right, may skip, and never turn back. */
const LEVELS = [
  ['main'],
  ['cli'],
  ['app', 'demo'],
  ['config', 'http', 'nats', 'store', 'observability'],
  ['accounts', 'fleet'],
  ['claims'],
] as const;

const levelOf = (room: string): number => LEVELS.findIndex((rooms) => rooms.some((name) => name === room));

/** Why a file of one room may not import another room; undefined when it may. */
function objection(importer: string, imported: string): string | undefined {
  if (importer === imported) return undefined;
  if (levelOf(imported) < 0) return `${imported} is no room`;
  if (imported === 'demo' && importer !== 'cli') return 'only cli imports demo';
  if (importer === 'demo' && imported !== 'claims') return 'demo imports claims alone';
  const step = levelOf(imported) - levelOf(importer);
  if (step === 0) return `${importer} and ${imported} are siblings`;
  return step < 0 ? `${imported} is above ${importer}` : undefined;
}

function forbiddenImports(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    file.imports.flatMap((path) => {
      const why = objection(file.room, sourceFile(path, '').room);
      return why === undefined ? [] : [`src/${file.path} imports src/${path}: ${why}`];
    }),
  );
}

/** Each cycle once, as `a → b → a`. */
function importCycles(files: readonly SourceFile[]): string[] {
  const importsOf = new Map(files.map((file) => [file.path, file.imports]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) cycles.push([...trail.slice(at), path].join(' → '));
    if (at >= 0 || done.has(path)) return;
    for (const next of importsOf.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const file of files) visit(file.path, []);
  return cycles;
}

describe('src', () => {
  const files = sourceFiles();

  test('every room is known', () => {
    const rooms = new Set(files.map((file) => file.room));
    expect([...rooms].filter((room) => levelOf(room) < 0)).toEqual([]);
  });

  test('every import leads to a file', () => {
    const paths = new Set(files.map((file) => file.path));
    const dangling = files.flatMap(({ path, imports }) =>
      imports.filter((target) => !paths.has(target)).map((target) => `src/${path} imports src/${target}`),
    );
    expect(dangling).toEqual([]);
  });

  test('imports go main → cli → app → adapters → accounts, fleet → claims', () => {
    expect(forbiddenImports(files)).toEqual([]);
  });

  test('no import goes round in a circle', () => {
    expect(importCycles(files)).toEqual([]);
  });

  test('every exported name says what it promises', () => {
    const missing = files.flatMap((file) =>
      undocumentedExports(file).map((name) => `src/${file.path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('the checks themselves', () => {
  test.each([
    ['http/a.ts', "import { x } from '../accounts/ports.js';", 0],
    ['http/a.ts', "import type { x } from '../store/x.js';", 1],
    ['claims/a.ts', "import {\n  x,\n  y,\n} from '../accounts/ports.js';", 1],
    ['accounts/a.ts', "export * from '../fleet/model.js';", 1],
    ['app.ts', "import './demo/demo.js';", 1],
    ['cli/run.ts', "import './demo/demo.js';\nimport '../app.js';", 0],
    ['demo/a.ts', "const { x } = await import('../store/x.js');", 1],
    ['store/a.ts', "import { x } from 'node:fs';\n// import { y } from '../http/y.js';", 0],
  ])('%s with %j: %i objections', (path, text, objections) => {
    expect(forbiddenImports([sourceFile(path, text)])).toHaveLength(objections);
  });

  test('a circle is found, a diamond is none', () => {
    const file = (name: string, ...targets: string[]): SourceFile =>
      sourceFile(`http/${name}.ts`, targets.map((target) => `import './${target}.js';\n`).join(''));
    expect(importCycles([file('a', 'b'), file('b', 'c'), file('c', 'a')])).toEqual([
      'http/a.ts → http/b.ts → http/c.ts → http/a.ts',
    ]);
    expect(importCycles([file('a', 'b', 'c'), file('b', 'd'), file('c', 'd'), file('d')])).toEqual([]);
  });

  test('a doc comment has to stand directly before the declaration', () => {
    const text = [
      '/** One. */\nexport const one = 1;',
      'export async function two(): Promise<void> {}',
      '/** Three. */\nexport function three(a: 1): void;\nexport function three(a: 2): void;',
      '// four\nexport type Four = 4;',
      "export { five } from './five.js';",
    ].join('\n\n');
    expect(undocumentedExports(sourceFile('claims/x.ts', text))).toEqual(['two', 'Four']);
  });
});
