import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT_ROOT } from './real-program.js';

/** A file of `src`. */
export interface SourceFile {
  /** Below `src`, with slashes: `http/server.ts`. */
  readonly path: string;
  /** The first folder, or the name of a file that stands alone: `http`, `app`, `main`. */
  readonly room: string;
  readonly text: string;
  /** Files of `src` that it imports, types included, as paths like {@link path}. */
  readonly imports: readonly string[];
}

/** Every TypeScript file below `src`, in order of path. */
export function sourceFiles(): SourceFile[] {
  const root = join(PROJECT_ROOT, 'src');
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return paths
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8')));
}

/** Takes one file apart. */
export function sourceFile(path: string, text: string): SourceFile {
  const room = (path.split('/')[0] ?? path).replace(/\.ts$/, '');
  return { path, room, text, imports: relativeImports(path, text) };
}

/**
 * Static, dynamic and re-exporting imports of relative modules. Declarations begin a line and Biome writes one space
 * and single quotes everywhere, so that text is enough; comments and strings never begin a line like that.
 */
function relativeImports(path: string, text: string): string[] {
  const declarations = text.matchAll(/^(?:import|export)(?: [^;'"]*? from)? '(\.{1,2}\/[^']*)'/gm);
  const calls = text.matchAll(/\bimport\('(\.{1,2}\/[^']*)'\)/g);
  const targets = [...declarations, ...calls].map(([, target = '']) => target);
  return targets.map((target) => join(dirname(path), target).replace(/\.js$/, '.ts'));
}

const DECLARATION =
  /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) +([\w$]+)/;

/** Names that a file exports by a declaration of its own which no doc comment precedes. */
export function undocumentedExports(file: SourceFile): string[] {
  // A remark to a tool may stand between the two: `// biome-ignore …`.
  const lines = file.text.split('\n').filter((line) => !line.startsWith('// '));
  const named = lines.map((line) => DECLARATION.exec(line)?.[1]);
  const missing = named.filter((name, at) => {
    const isFirst = name !== undefined && named.indexOf(name) === at;
    return isFirst && !(lines[at - 1] ?? '').trimEnd().endsWith('*/');
  });
  return missing.filter((name) => name !== undefined);
}
