import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pinned, standingBack } from '../server/cores.js';
import type { Accounts } from './directories.js';

/** Revisions of some accounts in git, of which the directory holds the first. */
export interface Revisions {
  /** Tokens by account key. */
  readonly tokens: readonly ReadonlyMap<string, string>[];
  /** Has git put a revision into the directory. */
  checkOut(revision: number): void;
}

/** Nothing of what the user has set is to matter. */
const SETTINGS = {
  'user.name': 'bench',
  'user.email': 'bench@localhost',
  'commit.gpgSign': 'false',
  'core.hooksPath': '/dev/null',
  'advice.detachedHead': 'false',
  'status.showUntrackedFiles': 'no',
};

/** Commits so many revisions of these accounts, each newer than the one before, and checks out what was there. */
export function makeRevisions(accounts: Accounts, keys: readonly string[], count: number): Revisions {
  const places = ['--git-dir', mkdtempSync(join(accounts.root, 'git-')), '--work-tree', accounts.nscDir];
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const git = (args: readonly string[], input = '') => {
    const [program = '', ...rest] = pinned('client', standingBack(['git', ...places, ...settings, ...args]));
    execFileSync(program, rest, { cwd: accounts.nscDir, input, stdio: ['pipe', 'ignore', 'pipe'] });
  };
  const commit = (name: string) => {
    git(['commit', '--quiet', '--all', '--message', name]);
    git(['tag', name]);
  };
  const files = keys.map((key) => relative(accounts.nscDir, accounts.nscFile(key)));
  git(['init', '--quiet']);
  git(['add', '--pathspec-from-file=-'], files.join('\n'));
  commit('before');
  const tokens = Array.from({ length: count }, (_, revision) => {
    const made = new Map(keys.map((key) => [key, accounts.reissue(key, revision)]));
    for (const [key, token] of made) writeFileSync(accounts.nscFile(key), token);
    commit(`r${revision}`);
    return made;
  });
  git(['checkout', '--quiet', 'before']);
  return { tokens, checkOut: (revision) => git(['checkout', '--quiet', `r${revision}`]) };
}
