import type { Readable, Writable } from 'node:stream';
import type { Log } from '../accounts/ports.js';
import type { Config } from '../config/schema.js';

/** A running service. */
export interface RunningApp {
  /** Where HTTP really listens: the port of `:0` is known here. */
  readonly address: { readonly host: string; readonly port: number; readonly url: string };
  /** Takes over what can change while running: operator, certificates, creds, push rights, log level. */
  reload(config: Config): Promise<unknown>;
  /** Tells the metrics what became of a reload. */
  countReload(result: 'done' | 'refused'): void;
  /** Answers what is under way, within 10 seconds, and ends everything. */
  close(): Promise<void>;
}

/**
 * Starts the service; resolves when HTTP listens. Mistakes that only show on starting (port in use, bad certificate)
 * are thrown as an error with `problems: string[]`, one sentence each.
 */
export type StartApp = (
  config: Config,
  extras: { readonly log: ProcessLog; readonly version: string },
) => Promise<RunningApp>;

/** The log of the process; setting its level changes how much is written. */
export type ProcessLog = Log & { level?: string };

/** The rest of the program, as the command line needs it. */
export interface Program {
  readonly startApp: StartApp;
  readonly createLog: (logging: Config['logging']) => Promise<ProcessLog>;
}

/** A stream that text is written to; a terminal may get colours. */
export interface Output extends Writable {
  readonly isTTY?: boolean | undefined;
  /** The size of a terminal in characters. */
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

/** Where a command line was typed. */
export interface Surroundings {
  readonly stdin: Readable;
  /** For data. */
  readonly stdout: Output;
  /** For talk. */
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
}

/** Everything a command works with. */
export interface Context extends Program, Surroundings {
  readonly version: string;
}
