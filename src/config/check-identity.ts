import { findUserCreds, findUserSeed } from '../claims/creds.js';
import type { Result } from '../claims/jwt.js';
import { readNamedText } from './named-text.js';
import type { Origin } from './resolve.js';
import { type ConfigProblem, describeSource } from './source.js';

/** What the files that prove our identity to NATS have to hold, by option. */
const LOOK_INTO = new Map<string, (file: Uint8Array) => Result<unknown, string>>([
  ['nats.creds', findUserCreds],
  ['nats.nkey', findUserSeed],
]);

/** Looks into creds and nkey files: with a wrong one no nats-server would ever be told of a change. */
export function checkIdentity(origins: ReadonlyMap<string, Origin>): ConfigProblem[] {
  return [...LOOK_INTO].flatMap(([option, lookInto]) => {
    const { source, value } = origins.get(option) ?? {};
    if (source === undefined || typeof value !== 'string') return [];
    const text = readNamedText(value);
    // That it cannot be read is said by the check of all files.
    if (!text.ok) return [];
    const found = lookInto(Buffer.from(text.value));
    if (found.ok) return [];
    return [{ option, where: describeSource(source), message: `${value} ${found.problem}` }];
  });
}
