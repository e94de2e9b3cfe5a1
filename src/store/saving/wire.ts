import { AccountsError, type RefusalCode } from '../../accounts/errors.js';
import { errorCode } from '../file-errors.js';
import type { HandedEntries } from '../state/handed-entries.js';
import type { SaveNote, SaveOrder, SaveResult } from './order.js';

/** What the thread of saves is told. */
export type Told =
  | {
      readonly id: number;
      readonly order: SaveOrder;
      /** What has to be in the ledger before the token gets its name. */
      readonly entries: Pick<HandedEntries, 'file' | 'text'> | undefined;
    }
  | 'end';

/** What it says. */
export type Said =
  | { readonly id: number; readonly note: SaveNote }
  | { readonly id: number; readonly result: SaveResult; readonly ledger?: LedgerEnd | undefined }
  | { readonly id: number; readonly failure: Failure; readonly ledger?: LedgerEnd | undefined };

/** What became of the entries of an order. Unless they were written the order was not carried out. */
export type LedgerEnd =
  | { readonly kind: 'written' }
  /** Another process has taken the ledger's name away. */
  | { readonly kind: 'renamed' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** A refusal and the system call that it came of: errors lose their codes on the way from thread to thread. */
export interface Failure {
  readonly code: RefusalCode;
  readonly message: string;
  readonly cause?: { readonly code: string; readonly message: string };
}

/** An error in a shape that travels. */
export function packError(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AccountsError))
    return { code: 'store.unavailable', message, ...(error instanceof Error && { cause: causeOf(error) }) };
  const { code, cause } = error;
  if (!(cause instanceof Error)) return { code, message };
  return { code, message, cause: causeOf(cause) };
}

function causeOf(error: Error): NonNullable<Failure['cause']> {
  return { code: errorCode(error), message: error.message };
}

/** The error that was packed. */
export function unpackError({ code, message, cause }: Failure): AccountsError {
  if (cause === undefined) return new AccountsError(code, message);
  return new AccountsError(code, message, {
    cause: Object.assign(new Error(cause.message), { code: cause.code }),
  });
}
