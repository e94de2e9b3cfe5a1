import { expandHome } from '../../config/kinds.js';
import { type ConfigSources, loadConfig } from '../../config/load.js';
import { readSegments } from '../../store/audit/read-audit.js';
import { describeError } from '../../store/file-errors.js';
import { EXIT } from '../exit-codes.js';
import type { Context } from '../ports.js';
import { say, sayProblems } from '../talk.js';
import type { AuditRequest } from './request.js';
import { showAudit } from './show.js';
import { verifyAudit } from './verify.js';

/** Runs `audit verify` and `audit show`. @returns the exit code */
export async function audit(
  context: Context,
  request: AuditRequest,
  sources: ConfigSources,
): Promise<number> {
  const named = request.directory ?? sources.flags.findLast(({ flag }) => flag === 'audit-dir')?.value;
  const directory = named === undefined ? configured(context, sources) : expandHome(named);
  if (directory === undefined) return EXIT.failed;
  const { task, json } = request;
  try {
    const segments = readSegments(directory);
    return task.kind === 'verify'
      ? await verifyAudit(context.stdout, segments, { ...task, json, directory })
      : await showAudit(context.stdout, segments, { ...task, json });
  } catch (error) {
    say(context.stderr, [`the audit ${directory} cannot be read: ${describeError(error)}`]);
    return EXIT.failed;
  }
}

function configured({ stderr }: Context, sources: ConfigSources): string | undefined {
  const loaded = loadConfig(sources);
  if (!loaded.ok) {
    sayProblems(stderr, loaded);
    return undefined;
  }
  const { auditDir } = loaded.config.store;
  if (auditDir === undefined) say(stderr, ['no audit is kept: name its directory, here or with --audit-dir']);
  return auditDir;
}
