/**
 * The second half of `npm run build`, when the types are right: writes the program to dist. Some 500 modules become a few
 * files, since Node takes about a third of a millisecond to find and load each; the packages that the program depends on
 * stay where npm put them, as they are. What is imported when it is needed stays in files of its own.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Modules of src with a file of their own, under the same path in dist: whoever needs them names that path. */
const ENTRIES = [
  'main',
  ...threadPrograms(),
  // `npm test` asks it for a nats-server.
  'demo/nats-server-binary',
  // A test runs it in a process of its own.
  'store/thread/file-thread',
  // Benchmarks run these as they were built, in a process of their own.
  'claims/trust',
  'claims/verify',
  'fleet/fleet',
  'nats/link',
];

/** What threads run: they are told a file, and import it themselves. */
function threadPrograms() {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true });
  return files
    .filter((file) => file.endsWith(`${sep}program.ts`) && file.startsWith(`store${sep}`))
    .map((file) => file.slice(0, -'.ts'.length).replaceAll(sep, '/'));
}

const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: ENTRIES.map((entry) => `src/${entry}.ts`),
  outbase: 'src',
  outdir: 'dist',
  // One level below dist, as the rooms are below src: modules find what stands beside them from there (import.meta.url).
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // For `node --enable-source-maps`; the sources themselves are in the repository.
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
});
removeAllBut(Object.keys(metafile.outputs));

/** Ends what an earlier build left, under names that there are no more. */
function removeAllBut(written) {
  for (const entry of readdirSync(join(ROOT, 'dist'), { recursive: true })) {
    const path = `dist/${entry.replaceAll(sep, '/')}`;
    const isKept = written.some((file) => file === path || file.startsWith(`${path}/`));
    if (!isKept) rmSync(join(ROOT, path), { recursive: true, force: true });
  }
}
