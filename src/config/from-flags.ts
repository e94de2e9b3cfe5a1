import { INPUTS } from './inputs.js';
import { OBSOLETE_FLAGS } from './obsolete.js';
import type { Setting, Settings } from './settings.js';

/** One flag of the command line, already told apart from commands and values. */
export interface FlagSetting {
  /** Without dashes: `read-only`. */
  readonly flag: string;
  /** As the user wrote it, for messages: `-ro`. */
  readonly spelling: string;
  /** `true` or `false` for a switch. */
  readonly value: string;
}

const INPUT_BY_FLAG = new Map(
  INPUTS.flatMap((input) => (input.flag === undefined ? [] : [[input.flag, input]])),
);

/** What the command line says. */
export function settingsFromFlags(flags: readonly FlagSetting[]): Settings {
  const obsolete = flags.filter(({ flag }) => OBSOLETE_FLAGS.has(flag));
  return {
    settings: flags.flatMap(settingOf),
    problems: obsolete.map(({ flag, spelling }) => ({
      option: flag,
      where: spelling,
      message: OBSOLETE_FLAGS.get(flag)?.message ?? '',
    })),
    notices: [],
  };
}

function settingOf({ flag, spelling, value }: FlagSetting): Setting[] {
  const input = INPUT_BY_FLAG.get(flag);
  return input === undefined ? [] : [{ input, texts: [value], source: { kind: 'flag', flag: spelling } }];
}
