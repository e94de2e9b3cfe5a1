/**
 * Account names as nsc uses them for directories and files (nats-io/nsc cmd/store/store.go): the directory is the name
 * as it stands, the file is the name without white space around it, plus `.jwt`.
 */

const AROUND = /^\p{White_Space}+|\p{White_Space}+$/gu;
/** File systems allow 255 bytes for an entry, `.jwt` included. */
const MAX_NAME_BYTES = 251;

/** Go's strings.TrimSpace; JavaScript's `trim` takes other characters. */
export function trimSpace(name: string): string {
  return name.replace(AROUND, '');
}

/** The file that holds the JWT of an account or operator of this name. */
export function jwtFileName(name: string): string {
  return `${trimSpace(name)}.jwt`;
}

/** Equal for names that a case-insensitive file system, or `nsc add account`, takes for one. */
export function foldCase(name: string): string {
  return name.toLowerCase();
}

/** Why a name must never become part of a path; undefined when it may. */
export function unsafeName(name: string): string | undefined {
  if (trimSpace(name) === '') return 'it is empty';
  if (name === '.' || name === '..') return 'it is a directory reference';
  if (/[/\\]/.test(name)) return 'it contains a path separator';
  if (/\p{Cc}/u.test(name)) return 'it contains a control character';
  if (/\p{Cs}/u.test(name)) return 'it is not valid Unicode';
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `it is longer than ${MAX_NAME_BYTES} bytes`;
  return undefined;
}

/** Why a name is not taken for a new directory, though nsc may have made one of such a name; undefined when it is. */
export function unfitForNewDirectory(name: string): string | undefined {
  if (name !== trimSpace(name)) return 'it begins or ends with white space';
  if (name.includes('..')) return 'it contains ".."';
  return undefined;
}
