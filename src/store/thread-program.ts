/**
 * What a thread of the store runs: `program.js` in a room of the store, which `scripts/build.mjs` keeps in a file of its
 * own. A worker runs JavaScript: when this module itself runs as TypeScript, as tests do, the program is taken from the
 * build beside the sources, which `npm test` makes first.
 */
export function threadProgram(room: 'saving' | 'thread'): URL {
  // As it was built, this stands in dist/chunks.
  const store = import.meta.url.endsWith('.ts') ? '../../dist/store' : '../store';
  return new URL(`${store}/${room}/program.js`, import.meta.url);
}
