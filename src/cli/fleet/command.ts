import type { Command } from 'commander';
import { readDuration } from '../../config/duration.js';
import { type Choose, fail, subcommand } from '../subcommand.js';
import type { FleetRequest } from './request.js';

const HELP = `
Asks a running service, which has asked the nats-servers. It needs the admin token of the service (--admin-token-file,
or NATS_ACCOUNT_SERVER_ADMIN_TOKEN) unless that runs on this machine without one. ACCOUNT is an account's name (if only
one has it), its key, or the beginning of its key. An account is
  effective    when every server that has it runs the published JWT, or no server has it
  pending      when some server runs something else or refused it, or it is on its way
  incomplete   when the published JWT runs everywhere, but somewhere an import is dead
  expired      likewise, but it has expired
  unknown      when nobody can know: no connection to NATS, or a server does not answer

--wait is about what is published when it ends: a push is published when it is answered, a changed file as soon as the
service has seen it, which takes a moment (where there are no change events: until the next sweep).

Examples:
  nats-account-server fleet                            servers, and accounts that are not effective
  nats-account-server fleet APP                        one account on every server
  nats-account-server fleet --watch
  nats-account-server fleet --wait 10s                 in a pipeline: ends with 0 when all is effective
  nats-account-server fleet APP --wait 10s --json
  nats-account-server fleet --url https://as.example.com:9090 --admin-token-file FILE

Exit codes: 0 shown, or with --wait: effective (a wait for all does not fail because of accounts that have expired);
1 not effective in time, not known, or the service could not be asked; 2 wrong usage.`;

interface FleetOptions {
  readonly url?: string;
  readonly ca?: string;
  readonly wait?: string;
  readonly watch?: true;
  readonly json?: true;
  readonly all?: true;
}

/** Describes the command to commander. */
export function addFleet(program: Command, choose: Choose): void {
  subcommand(program, 'fleet')
    .description('Show which nats-servers run the published JWTs, or wait until all do.')
    .argument('[account]', 'one account: its name or key')
    .option(
      '--url <URL>',
      'the service (default: where the configuration lets it listen, else http://localhost:9090)',
    )
    .option('--ca <FILE>', 'the authorities (PEM) that may have signed the certificate of the service')
    .option('--wait <DURATION>', 'wait until all, or the account, is effective: 10s, 1m30s')
    .option('--watch', 'go on showing changes until Ctrl-C')
    .option('--all', 'list every account and server, not only those that want attention')
    .option(
      '--json',
      'print what the API answers, every account (with --wait: those not effective); with --watch a line for each change',
    )
    .addHelpText('after', HELP)
    .action((account: string | undefined, options: FleetOptions) => {
      const { url, ca, json, all = false } = options;
      const output = json ? 'json' : 'table';
      choose({ name: 'fleet', request: { account, url, ca, output, mode: modeOf(options), all } });
    });
}

function modeOf({ wait, watch }: FleetOptions): FleetRequest['mode'] {
  if (wait !== undefined && watch) fail('fleet takes one of --wait and --watch');
  if (wait !== undefined) return { waitMs: readWait(wait) };
  return watch ? 'watch' : 'once';
}

/** As `?wait=` of the API takes it: a bare number is seconds. */
function readWait(text: string): number {
  const reading = readDuration(/^\d+(?:\.\d+)?$/.test(text) ? `${text}s` : text);
  return reading.ok ? reading.value : fail(`--wait: ${reading.message}`);
}
