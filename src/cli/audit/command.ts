import type { Command } from 'commander';
import { readDuration } from '../../config/duration.js';
import { type Choose, fail, subcommand } from '../subcommand.js';
import type { AuditTask } from './request.js';

const HELP = `
The audit is a directory of files with a line of JSON for each decision (--audit-dir, or DIR here). Every line names the
one before by its hash, so that a line which was changed, added or removed shows. Only a row of lines cut off at the very
end does not: note the hash that verify prints, or the service logs, elsewhere, and give it to --expect later.

Examples:
  nats-account-server audit verify /var/lib/audit
  nats-account-server audit verify -c as.conf --expect HASH
  nats-account-server audit show -c as.conf --account APP --since 24h
  nats-account-server audit show DIR --since 2026-11-22 --json

Exit codes: 0 whole, or shown; 1 tampered with or damaged, or it could not be read; 2 wrong usage.`;

/** Describes the command to commander. */
export function addAudit(program: Command, choose: Choose): void {
  const audit = subcommand(program, 'audit')
    .description('Verify or show the record of what was decided about accounts.')
    .helpCommand(false)
    .addHelpText('after', HELP)
    .action(() => fail('audit needs a task: verify or show'));
  const chosen = (directory: string | undefined, json: true | undefined, task: AuditTask): void =>
    choose({ name: 'audit', request: { directory, json: json ?? false, task } });
  subcommand(audit, 'verify')
    .description('Find lines that were changed, added or removed.')
    .argument('[dir]', 'the audit directory (default: the one of the configuration)')
    .option('--expect <HASH>', 'the hash of a line that has to be there')
    .option('--json', 'print JSON')
    .action((directory: string | undefined, { expect, json }: { expect?: string; json?: true }) =>
      chosen(directory, json, { kind: 'verify', expected: expect }),
    );
  subcommand(audit, 'show')
    .description('Show decisions, the oldest first.')
    .argument('[dir]', 'the audit directory (default: the one of the configuration)')
    .option('--account <ACCOUNT>', 'only those about this account: its key or its name')
    .option('--since <TIME>', 'only those since then: 2026-11-22T08:00:00Z, 2026-11-22, or a duration (24h)')
    .option('--json', 'print the lines as they stand there')
    .action((directory: string | undefined, { account, since, json }: ShowOptions) =>
      chosen(directory, json, { kind: 'show', account, sinceMs: readSince(since) }),
    );
}

interface ShowOptions {
  readonly account?: string;
  readonly since?: string;
  readonly json?: true;
}

function readSince(text: string | undefined): number {
  if (text === undefined) return 0;
  const duration = readDuration(text);
  if (duration.ok && !/^\d+$/.test(text)) return Date.now() - duration.value;
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? fail(`--since: "${text}" is neither a time nor a duration`) : time;
}
