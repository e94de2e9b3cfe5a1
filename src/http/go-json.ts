/**
 * A JSON value to be written as Go's `encoding/json` writes it, without HTML escaping. A `Map` keeps its order, as Go
 * structs do; the fields of a plain object are sorted, as those of a Go map are. `bigint` is for 64-bit integers.
 */
export type GoJson =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly GoJson[]
  | ReadonlyMap<string, GoJson>
  | { readonly [name: string]: GoJson };

const STEP = '    ';
/** No claim of NATS comes near it; the indentation of hostile nesting would grow with its square. */
const DEEPEST = 100;
const SEPARATORS = /[\u2028\u2029]/g;
const SURROGATE = /\p{Surrogate}/u;

/** Writes a value with four spaces a level, down to a hundred levels; `indent` starts every line but the first. */
export function goJson(value: GoJson, indent = ''): string {
  if (typeof value === 'string') return goString(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (indent.length > DEEPEST * STEP.length) return '…';
  const inner = indent + STEP;
  if (isArray(value)) {
    return block(
      '[]',
      value.map((item) => goJson(item, inner)),
      indent,
    );
  }
  const members = fieldsOf(value).map(([name, field]) => `${goString(name)}: ${goJson(field, inner)}`);
  return block('{}', members, indent);
}

/** `Array.isArray` does not know readonly arrays. */
function isArray(value: object): value is readonly GoJson[] {
  return Array.isArray(value);
}

function fieldsOf(
  value: ReadonlyMap<string, GoJson> | { readonly [name: string]: GoJson },
): [string, GoJson][] {
  if (value instanceof Map) return [...value];
  return Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function block(brackets: '[]' | '{}', items: readonly string[], indent: string): string {
  if (items.length === 0) return brackets;
  const inner = indent + STEP;
  return `${brackets[0]}\n${inner}${items.join(`,\n${inner}`)}\n${indent}${brackets[1]}`;
}

function goString(text: string): string {
  // Go reads a lone surrogate as U+FFFD; so does a round trip through UTF-8.
  const wellFormed = SURROGATE.test(text) ? Buffer.from(text).toString() : text;
  return JSON.stringify(wellFormed).replace(SEPARATORS, (separator) =>
    separator === '\u2028' ? '\\u2028' : '\\u2029',
  );
}
