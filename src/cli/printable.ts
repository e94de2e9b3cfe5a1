import { randomUUID } from 'node:crypto';

/**
 * Characters that a terminal acts on or that change the order of the others: controls (escape sequences begin with
 * one), line and paragraph separators, marks of text direction, halves of surrogate pairs.
 */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\p{Cs}]/gu;
/** The same, but for the line ends of indented JSON; `JSON.stringify` escapes those in strings itself. */
const UNPRINTABLE_IN_JSON = new RegExp(`(?!\\n)${UNPRINTABLE.source}`, 'gu');

/**
 * Makes text of strangers (names, descriptions, subjects) safe to print: what a terminal would obey becomes visible
 * (`\u001b`). Line ends too: a name must not look like further lines.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeCharacter);
}

/**
 * JSON text that is safe to print: what JSON leaves as it is and a terminal obeys becomes an escape of JSON. Numbers
 * beyond 2^53 are written with all their digits; maps are written as objects.
 */
export function printableJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, plainMember, indent);
  return text.replace(MARKED_DIGITS, '$1').replace(UNPRINTABLE_IN_JSON, escapeCharacter);
}

/** `JSON.stringify` can write no raw digits yet; a text that nobody can guess marks them for a moment. */
const MARK = randomUUID();
const MARKED_DIGITS = new RegExp(`"${MARK}(-?\\d+)"`, 'g');

function plainMember(_key: string, member: unknown): unknown {
  if (typeof member === 'bigint') return `${MARK}${member}`;
  return member instanceof Map ? Object.fromEntries(member) : member;
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
