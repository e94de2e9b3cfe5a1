import { choice, type Kind, toggle } from '../kinds.js';
import { defaulted } from '../option.js';

/** From the fewest lines to the most. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug', 'trace'] as const;
/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** `-D -V`, or `debug` and `trace` in one file: the one with more lines counts. */
const level: Kind<LogLevel> = {
  ...choice('LEVEL', LOG_LEVELS),
  merge: (earlier, later) => (LOG_LEVELS.indexOf(earlier) > LOG_LEVELS.indexOf(later) ? earlier : later),
};

/** What is logged, on standard error. */
export const LOGGING_OPTIONS = {
  level: defaulted(level, 'info', {
    description: 'How much is logged: `error`, `warn`, `info`, `debug` or `trace`.',
    flag: 'log-level',
  }),
  format: defaulted(choice('FORMAT', ['json', 'pretty', 'auto']), 'auto', {
    description:
      'How lines look: `json`, one object a line; `pretty`, for people; `auto`, for people on a terminal and JSON elsewhere.',
    flag: 'log-format',
  }),
  colors: defaulted(toggle, true, {
    description:
      'Colours in lines for people, on a terminal. The environment variable NO_COLOR is heeded too.',
    flag: 'log-colors',
    goKeys: ['logging.colors'],
  }),
  time: defaulted(toggle, true, {
    description: 'The time in every line; off where the journal adds its own.',
    flag: 'log-time',
    goKeys: ['logging.time'],
  }),
  pid: defaulted(toggle, false, {
    description: 'The process id in every line.',
    flag: 'log-pid',
    goKeys: ['logging.pid'],
  }),
} as const;
