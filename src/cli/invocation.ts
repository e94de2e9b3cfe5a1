import type { FlagSetting } from '../config/from-flags.js';
import type { AuditRequest } from './audit/request.js';
import type { FleetRequest } from './fleet/request.js';
import type { SysRequest } from './sys/request.js';

/** What `inspect` prints. */
export type InspectOutput = 'table' | 'json' | 'jsonl' | 'jsonl-keys';

/** Where the demo is kept unless told otherwise. */
export const DEMO_DIRECTORY = '.demo';

/** What the demo is to do. */
export type DemoAction =
  | { readonly kind: 'serve'; readonly withNatsServer: boolean }
  | { readonly kind: 'change' }
  | { readonly kind: 'client'; readonly user: 'app' | 'guest' };

/** A command with what belongs to it alone. */
export type CliCommand =
  | { readonly name: 'serve' }
  | { readonly name: 'check-config' }
  | { readonly name: 'fleet'; readonly request: FleetRequest }
  | { readonly name: 'audit'; readonly request: AuditRequest }
  | { readonly name: 'sys'; readonly request: SysRequest }
  | { readonly name: 'demo'; readonly directory: string; readonly action: DemoAction }
  /** `subject`: a file, `-`, a token or an account key; '' for the line formats. */
  | { readonly name: 'inspect'; readonly subject: string; readonly output: InspectOutput };

/** A command line that makes sense. */
export interface Invocation {
  readonly command: CliCommand;
  readonly flags: readonly FlagSetting[];
  readonly configFile: string | undefined;
  readonly dump: boolean;
}

/** A command with the flags that were given to it; of flags given twice the last counts. */
export function invocationOf(command: CliCommand, flags: readonly FlagSetting[]): Invocation {
  const last = (name: string) => flags.findLast(({ flag }) => flag === name)?.value;
  return { command, flags, configFile: last('config'), dump: last('dump') === 'true' };
}
