import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pinned } from '../server/cores.js';

const PROGRAM = fileURLToPath(new URL('paced.mjs', import.meta.url));
/** As a fleet has: with few of them, slow answers would keep back what is due. */
const CONNECTIONS = 256;
/** Until its own code is compiled. */
const WARM_UP_MS = 1500;

/** How answers came during one phase; times in milliseconds, from when a request was due. */
export interface PhaseFigures {
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Answers other than 200, and connections that were lost. */
  readonly failures: number;
  /** For how long whoever asked was held up at most: so late an answer may be that was not late. */
  readonly heldUp: number;
}

/** Requests at a fixed rate, which go on while something else happens. */
export interface PacedLoad {
  /** From now on times belong to the phase of this name; a phase may come more than once. */
  phase(name: string): Promise<void>;
  /** Ends it. @returns the figures of all phases by name */
  end(): Promise<Readonly<Record<string, PhaseFigures>>>;
  /** Ends it at once, if it has not ended. */
  kill(): void;
}

/** Starts to ask so many times a second for what stands in a file (see requests.mjs), and waits until it is at speed. */
export async function startPacedLoad(port: number, file: string, rate: number): Promise<PacedLoad> {
  const args = [PROGRAM, String(port), file, String(CONNECTIONS), String(rate)];
  const [program = '', ...rest] = pinned('client', [process.execPath, ...args]);
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the paced load ended by itself');
    return value;
  };
  await sleep(WARM_UP_MS);
  return {
    async phase(name) {
      child.stdin.write(`${name}\n`);
      await nextLine();
    },
    async end() {
      const ended = once(child, 'exit');
      child.stdin.end();
      const figures: unknown = JSON.parse(await nextLine());
      await ended;
      // The program's own words.
      return figures as Readonly<Record<string, PhaseFigures>>;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
