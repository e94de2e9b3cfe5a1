const LONGEST_QUOTE = 100;

/**
 * Text of a token as it may stand in a description or a path: in double quotes, control characters escaped, cut after
 * 100 characters, since a token can be a megabyte of one name.
 */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text);
}
