import { createRequire } from 'node:module';
import { type DestinationStream, type Level, type Logger, pino } from 'pino';
import { scrub } from './scrubber.js';
import { showControls } from './terminal-text.js';

const require = createRequire(import.meta.url);

/** The least important level that is written. `debug` is the Go server's `-D`; `trace` its `-V` and `-DV`. */
export type LogLevel = Level | 'silent';

/** `auto`: readable lines on a terminal, JSON elsewhere. */
export type LogFormat = 'json' | 'pretty' | 'auto';

/** What is logged and how; the names are those of the configuration. */
export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Colours in readable lines, on a terminal and unless `NO_COLOR` is set. */
  readonly colors: boolean;
  /** The time in every line; off where the journal adds its own. */
  readonly time: boolean;
  /** The process id in every line. */
  readonly pid: boolean;
}

/** Where lines go, one `write` a line; `isTTY` decides what `auto` and colours mean. */
export interface LogDestination extends DestinationStream {
  readonly isTTY?: boolean;
}

/**
 * Makes the logger of the process. Lines go to standard error (standard output belongs to data that commands print),
 * each written before the call returns, so that none is lost when the process ends. Secrets are masked in the finished
 * line, whatever way they came into it, see {@link scrub}.
 */
export function createLogger(options: LogOptions, destination: LogDestination = standardError()): Logger {
  return pino(
    {
      level: options.level,
      base: options.pid ? { pid: process.pid } : null,
      timestamp: options.time && pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: lineWriter(options, destination) },
  );
}

function standardError(): LogDestination {
  const stream = pino.destination({ fd: 2, sync: true });
  return { write: (line) => void stream.write(line), isTTY: process.stderr.isTTY };
}

function lineWriter({ format, colors }: LogOptions, destination: LogDestination): (line: string) => void {
  const onTerminal = destination.isTTY === true;
  if (format === 'json' || (format === 'auto' && !onTerminal)) {
    return (line) => destination.write(scrub(line));
  }
  // Only where somebody reads along: a service that writes JSON starts without it.
  const { prettyFactory }: typeof import('pino-pretty') = require('pino-pretty');
  const prettify = prettyFactory({
    colorize: colors && onTerminal && !process.env.NO_COLOR,
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
  return (line) => destination.write(prettify(showControls(scrub(line))));
}
