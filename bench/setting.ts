import { spawnSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem, type } from 'node:os';
import { generatorName } from './load/load.js';
import type { Plan } from './plan.js';
import { GO_SERVER, isPresent } from './server/contenders.js';
import { canPin } from './server/cores.js';

/** File systems by what statfs(2) calls them. */
const FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs (nothing is synced to a disk)'],
  [0x794c7630, 'overlay'],
]);

/** The machine, programs and versions that the figures belong to; no name or path of the machine. */
export function describeSetting({ rounds, secondsPerRound }: Plan): Record<string, string> {
  const fileSystem = statfsSync(tmpdir()).type;
  return {
    Machine: `${cpus().length} cores ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release().split('-')[0]}`,
    'File system': FILE_SYSTEMS.get(fileSystem) ?? `0x${fileSystem.toString(16)}`,
    Cores: canPin
      ? 'each server on one, whoever asks on another'
      : 'shared by servers and whoever asks (no taskset, or only one core)',
    'Node.js': process.version,
    'Go account server': isPresent(GO_SERVER) ? '1.0.3' : 'not found (NATS_ACCOUNT_SERVER_GO)',
    git: versionOf('git', '--version'),
    'Load from': generatorName,
    Rounds: `${rounds}, interleaved, of ${secondsPerRound} s where time is given`,
  };
}

function versionOf(program: string, flag: string): string {
  const { stdout } = spawnSync(program, [flag], { encoding: 'utf8' });
  return /\d+(\.\d+)+/.exec(stdout ?? '')?.[0] ?? 'not found';
}
