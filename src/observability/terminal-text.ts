/** The stack of an error: the only text of a line whose line ends are meant. */
const STACK = /("stack":"(?:[^"\\]|\\.)*")/;
/**
 * An escaped control character in JSON. An escaped backslash is matched too, so that `\\u001b` (a backslash, then
 * letters) is not taken for one.
 */
const CONTROL = /\\(?:\\|u00[01][\da-f]|[bfnrt])/gi;
const CONTROL_BUT_LINE_END = /\\(?:\\|u00[01][\da-f]|[bfrt])/gi;
/** What JSON leaves as it is and a terminal acts on: DEL, C1 controls, line separators, text direction. */
const RAW_CONTROL = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Makes a line of JSON safe for a terminal once it is decoded: control characters become visible text (`\u001b`,
 * `\n`). Account names and messages of remote servers are written by strangers; a terminal obeys escape sequences, and
 * a line end in a name could forge a log line.
 */
export function showControls(jsonLine: string): string {
  return jsonLine
    .split(STACK)
    .map((part, index) => part.replace(index % 2 === 0 ? CONTROL : CONTROL_BUT_LINE_END, double))
    .join('')
    .replace(RAW_CONTROL, (character) => `\\\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Escapes the backslash of an escape, so that decoding gives its text instead of the character. */
function double(found: string): string {
  return found === '\\\\' ? found : `\\${found}`;
}
