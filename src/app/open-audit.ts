import type { AuditTrail } from '../accounts/audit.js';
import type { Log } from '../accounts/ports.js';
import type { Config } from '../config/schema.js';
import { describeError } from '../store/file-errors.js';
import { StartupError } from './startup-error.js';

/**
 * Opens the audit that the configuration names; undefined when it names none.
 * @throws StartupError when the directory cannot be used
 */
export async function openAudit({ store }: Pick<Config, 'store'>, log: Log): Promise<AuditTrail | undefined> {
  const { auditDir: directory, auditMaxBytes: maxBytes } = store;
  if (directory === undefined) return undefined;
  const { AuditFile } = await import('../store/audit/audit-file.js');
  try {
    const audit = await AuditFile.open({ directory, maxBytes, log });
    log.info({ directory, lastLine: audit.head }, 'decisions are put on record');
    return audit;
  } catch (error) {
    throw new StartupError([`the audit directory ${directory} cannot be used: ${describeError(error)}`], {
      cause: error,
    });
  }
}
