import closeWithGrace from 'close-with-grace';
import type { Log } from '../accounts/ports.js';

/** How long running requests may take to end after SIGTERM. */
const DRAIN_MS = 10_000;

/** What ends the service. */
const ENDING = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;

/** Ctrl-C under npm comes twice, from the terminal and from npm; nobody is that impatient. */
const SAME_SIGNAL_MS = 250;

/** Left alone: SIGHUP reloads; after the others memory cannot be relied on, or they belong to debuggers. */
const NOT_OURS = [
  'SIGHUP',
  'SIGUSR2',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGSEGV',
  'beforeExit',
] as const;

/** What signals make a service do. */
export interface Supervised {
  /** SIGHUP. */
  reload(): Promise<void>;
  /** SIGTERM, SIGINT, an error that nobody caught. */
  close(): Promise<void>;
}

/**
 * Lets signals rule: SIGTERM and SIGINT close and exit with 0 (1 if that takes longer than 10 s), a second one exits
 * at once, SIGHUP reloads. An uncaught error is logged, then all is closed with exit code 1.
 */
export function supervise(service: Supervised, log: Log): void {
  reloadOnHangup(service, log);
  const grace = closeWithGrace(
    {
      delay: DRAIN_MS,
      skip: [...NOT_OURS, ...ENDING],
      logger: { error: (problem: unknown) => log.error({ err: problem }, 'closing failed') },
      onTimeout: () => log.error({ drainMs: DRAIN_MS }, 'requests were still running after 10 s, ending'),
    },
    async ({ err }) => {
      if (err !== undefined) log.error({ err }, 'uncaught error, closing');
      await service.close();
      log.info({}, 'closed');
    },
  );
  endOnSignals(() => void grace.close(), log);
}

function endOnSignals(close: () => void, log: Log): void {
  let firstAtMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAtMs === undefined) {
      firstAtMs = performance.now();
      log.info({ signal }, `received ${signal}, closing`);
      close();
    } else if (performance.now() - firstAtMs > SAME_SIGNAL_MS) {
      log.warn({ signal }, `second ${signal}, ending at once`);
      process.exit(1);
    }
  };
  for (const signal of ENDING) process.on(signal, onSignal);
}

/** One reload at a time; signals that come meanwhile make one more, which sees everything that changed until then. */
function reloadOnHangup(service: Supervised, log: Log): void {
  let running = false;
  let again = false;
  const reload = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    log.info({ signal: 'SIGHUP' }, 'received SIGHUP, reloading');
    await service.reload().catch((err: unknown) => log.error({ err }, 'reloading failed'));
    running = false;
    if (again) {
      again = false;
      await reload();
    }
  };
  process.on('SIGHUP', () => void reload());
}
