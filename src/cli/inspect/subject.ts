import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { type AccountKey, isAccountKey, keyKind } from '../../claims/keys.js';
import { describeFileError } from '../../config/file-error.js';
import { expandHome } from '../../config/kinds.js';

/** What stands in a file, or why that cannot be told. */
export type Content =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'mistake'; readonly message: string };

/** What `inspect` was pointed at. */
export type Subject = Content | { readonly kind: 'account'; readonly accountKey: AccountKey };

/** A creds file holds one token and a seed; nothing sound is larger. */
const MAX_BYTES = 2 * 1024 * 1024;

/** A token, also one that was cut or padded: its header is JSON, so it begins like this (nats-server server/jwt.go). */
const LOOKS_LIKE_TOKEN = /^eyJ[\w.=-]*$/;

/** Finds out what is meant: standard input, an account key, a token, or else a file. */
export async function readSubject(text: string, stdin: AsyncIterable<Buffer | string>): Promise<Subject> {
  if (text === '-') return collect(stdin, 'standard input');
  if (isAccountKey(text)) return { kind: 'account', accountKey: text };
  const kind = keyKind(text);
  if (kind !== undefined)
    return mistake(`only accounts can be looked up, and that is a key of another kind: ${kind}`);
  if (LOOKS_LIKE_TOKEN.test(text)) return { kind: 'bytes', bytes: Buffer.from(text) };
  return readFile(expandHome(text));
}

/** Reads a file; a FIFO is fine, so that the output of a command can be looked at. */
export async function readFile(path: string): Promise<Content> {
  const stream = createReadStream(path);
  try {
    await once(stream, 'open');
    return await collect(stream, path);
  } catch (error) {
    return mistake(`${path}: ${describeFileError(error)}`);
  } finally {
    stream.destroy();
  }
}

async function collect(input: AsyncIterable<Buffer | string>, name: string): Promise<Content> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > MAX_BYTES) return mistake(`${name} is larger than any token`);
  }
  return { kind: 'bytes', bytes: Buffer.concat(chunks) };
}

function mistake(message: string): Content {
  return { kind: 'mistake', message };
}
