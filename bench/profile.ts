import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What V8 writes, as far as it matters here; times in microseconds of a monotonic clock. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 8;
const clock = (): number => Number(process.hrtime.bigint() / 1000n);

/** Profiles of the programs that are started with its flags, from a moment on. */
export class Profile {
  readonly #dir = mkdtempSync(join(tmpdir(), 'nas-bench-profile-'));
  #from = 0;
  /** Arguments for Node.js; it writes a file for each thread when it ends. */
  readonly nodeFlags: readonly string[] = ['--cpu-prof', `--cpu-prof-dir=${this.#dir}`];

  /** What happened before does not count. */
  startHere(): void {
    this.#from = clock();
  }

  /** The functions that took most of the processor time themselves, a line each; to be read when the programs have ended. */
  summary(): string[] {
    const timeOf = new Map<string, number>();
    for (const file of readdirSync(this.#dir)) {
      addTimes(JSON.parse(readFileSync(join(this.#dir, file), 'utf8')), this.#from, timeOf);
    }
    const total = [...timeOf.values()].reduce((sum, time) => sum + time, 0);
    return [...timeOf]
      .sort(([, a], [, b]) => b - a)
      .slice(0, SHOWN)
      .map(([name, time]) => `${((time / total) * 100).toFixed(1).padStart(5)} % ${name}`);
  }

  remove(): void {
    rmSync(this.#dir, { recursive: true });
  }
}

function addTimes(profile: CpuProfile, from: number, timeOf: Map<string, number>): void {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  let at = profile.startTime;
  for (const [index, sample] of profile.samples.entries()) {
    const took = profile.timeDeltas[index] ?? 0;
    at += took;
    const name = names.get(sample) ?? '';
    if (at >= from && name !== '(idle)') timeOf.set(name, (timeOf.get(name) ?? 0) + took);
  }
}

/** Such as `readSlots store/slot-reader.ts`, for packages `parse pino/lib/tools.js:21`; `(program)` is what is not JavaScript. */
function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  if (url === '') return functionName;
  const file = sourceOf(url, lineNumber) ?? `${url.replace(/^.*\/node_modules\//, '')}:${lineNumber + 1}`;
  return `${functionName || '(anonymous)'} ${file}`;
}

const builtFiles = new Map<string, readonly string[]>();

/** The module of ours that a line of a built file comes from: the build names each above its code. */
function sourceOf(url: string, lineNumber: number): string | undefined {
  if (!url.startsWith('file:') || url.includes('/node_modules/')) return undefined;
  const lines = builtFiles.get(url) ?? readFileSync(new URL(url), 'utf8').split('\n');
  builtFiles.set(url, lines);
  const title = lines.slice(0, lineNumber + 1).findLast((line) => line.startsWith('// src/'));
  return title?.slice('// src/'.length);
}
