/** base64url as Go's `base64.RawURLEncoding` decodes it; Node's own decoder skips or maps foreign characters. */

const LINE_ENDS = /[\r\n]+/g;
const FOREIGN = /[^A-Za-z0-9_-]/;

/** The text without the line ends that Go's decoder skips anywhere. */
export function withoutLineEnds(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replace(LINE_ENDS, '') : text;
}

/**
 * Decodes a chunk of a token: URL alphabet, no padding, CR and LF skipped, unused bits of the last letter ignored.
 * @returns `undefined` when a letter is foreign or one letter is left over
 */
export function decodeBase64url(chunk: string): Buffer | undefined {
  const letters = withoutLineEnds(chunk);
  if (letters.length % 4 === 1 || FOREIGN.test(letters)) return undefined;
  return Buffer.from(letters, 'base64url');
}
