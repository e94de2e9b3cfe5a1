import { choice, duration, integer, path, toggle } from '../kinds.js';
import { defaulted, optional } from '../option.js';

/** Where account JWTs live: exactly one of `nsc`, `dir` and `memory`. */
export const STORE_OPTIONS = {
  nsc: optional(path('DIR'), {
    description:
      'Serve the accounts of this nsc operator directory. It has the name of the operator and lies below the stores root that `nsc env` shows. Changes made with nsc are served at once; pushed accounts are written into it.',
    flag: 'nsc',
    goFlags: ['nsc'],
    goKeys: ['store.nsc'],
    rivals: { group: 'store', side: 'nsc' },
  }),
  dir: optional(path('DIR'), {
    description:
      'Serve the files `<account key>.jwt` of this directory, which is made if it is not there. Needs an operator JWT.',
    flag: 'dir',
    goFlags: ['dir'],
    goKeys: ['store.dir'],
    rivals: { group: 'store', side: 'dir' },
  }),
  memory: defaulted(toggle, false, {
    description:
      'Keep pushed accounts in memory only: they are lost when the service ends. Needs an operator JWT.',
    flag: 'memory',
    rivals: { group: 'store', side: 'memory' },
  }),
  shard: defaulted(toggle, false, {
    description:
      'With `dir`: spread the files over sub-directories named by the last two characters of the account key.',
    flag: 'shard',
    goKeys: ['store.shard'],
  }),
  readOnly: defaulted(toggle, false, {
    description:
      'Never write to the directory: pushes are refused, changes made by others are served as ever.',
    flag: 'read-only',
    goFlags: ['ro'],
    goKeys: ['store.readonly'],
  }),
  stateDir: optional(path('DIR'), {
    description:
      'Where the service remembers what was in force, so that an older token is refused also after a restart, and a deleted one too. It is made if it is not there, and must not lie in the store. Default: `state` in the directory that systemd gives (`$STATE_DIRECTORY`), else `nats-account-server` in `$XDG_STATE_HOME` or `~/.local/state`, with a directory for each store; nothing with `memory`.',
    flag: 'state-dir',
  }),
  rollback: defaulted(choice('RULE', ['refuse-pushes', 'refuse-all', 'allow']), 'refuse-pushes', {
    description:
      'What happens when an account is to go back to an older token, by which users revoked since then would be let in again. `refuse-pushes`: pushes are refused, the directory is obeyed with a warning. `refuse-all`: a directory that goes back (a checkout, a restored backup) is refused as well, and what was in force stays so; to accept it, start once with `refuse-pushes`. `allow` is for tests.',
    flag: 'rollback',
  }),
  auditDir: optional(path('DIR'), {
    description:
      'Put every decision about accounts on record here: files of JSON lines of which each names the one before by its hash. What is to be changed is on the disk before it is done; while that cannot be written, pushes are refused. `nats-account-server audit` verifies and shows it. Files are never removed. Default: no record.',
    flag: 'audit-dir',
  }),
  auditMaxBytes: defaulted(integer('BYTES', { min: 65_536, max: 1_099_511_627_776 }), 67_108_864, {
    description: 'A file of the audit that has grown beyond this size is followed by another one.',
    flag: 'audit-max-size',
  }),
  sweepIntervalMs: defaulted(duration(100), 30_000, {
    description:
      'How often every file is looked at. Changes are normally seen at once; this finds those that the operating system did not tell of (network drives, bind mounts).',
    flag: 'sweep',
  }),
} as const;
