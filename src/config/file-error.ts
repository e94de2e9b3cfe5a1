const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file or directory'],
  ['ENOTDIR', 'a part of the path is a file, not a directory'],
  ['EISDIR', 'it is a directory, not a file'],
  ['EACCES', 'this process may not read it (permissions)'],
  ['EPERM', 'this process may not read it (permissions)'],
  ['ELOOP', 'its symbolic links go in circles'],
  ['ENAMETOOLONG', 'the path is too long'],
]);

/** Why a file could not be read, in words; an unknown reason keeps its own message. */
export function describeFileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return WORDS.get(code) ?? (error instanceof Error ? error.message : String(error));
}
