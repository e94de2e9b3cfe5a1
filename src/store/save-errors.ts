import { AccountsError } from '../accounts/errors.js';
import { describeError, errorCode } from './file-errors.js';

/** What a failed file system call means for a save. */
export function saveError(error: unknown, path: string): AccountsError {
  if (error instanceof AccountsError) return error;
  const code = errorCode(error);
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new AccountsError(
    full ? 'store.full' : 'store.unavailable',
    `${path} cannot be written: ${describeError(error)}`,
    { cause: error },
  );
}

/** Thrown by the save of a store that is not written to. */
export function readOnlyError(description: string): AccountsError {
  return new AccountsError('store.read_only', `${description} is read-only`);
}
