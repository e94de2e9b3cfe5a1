import { type Ledger, NO_LEDGER } from '../accounts/ledger.js';
import type { Log } from '../accounts/ports.js';
import type { Config } from '../config/schema.js';
import { describeError } from '../store/file-errors.js';
import { LedgerFile } from '../store/state/ledger-file.js';
import { StartupError } from './startup-error.js';
import { defaultStateDirectory } from './state-directory.js';

/**
 * Opens what is remembered across restarts. A directory that was named has to be usable; where none was named and the
 * usual place cannot be written (a read-only machine), the service works on without.
 * @throws StartupError when the state directory that the configuration names cannot be used
 */
export async function openLedger(
  { store }: Pick<Config, 'store'>,
  env: NodeJS.ProcessEnv,
  log: Log,
): Promise<Ledger> {
  const directory = store.stateDir ?? defaultStateDirectory(store, env);
  if (directory === undefined) return NO_LEDGER;
  try {
    return await LedgerFile.open({ directory, log });
  } catch (error) {
    const reason = describeError(error);
    if (store.stateDir !== undefined) {
      throw new StartupError([`the state directory ${directory} cannot be used: ${reason}`], {
        cause: error,
      });
    }
    log.warn(
      { directory, reason },
      'what was in force is remembered only until the service ends, since its state directory cannot be used; ' +
        'name another with --state-dir',
    );
    return NO_LEDGER;
  }
}
