import type { JsonCursor, JsonVisitor } from './json-cursor.js';
import type { Shape } from './json-shape.js';

/** Free JSON: objects are records without a prototype, numbers float64. */
export type FreeValue = null | boolean | number | string | FreeValue[] | { [name: string]: FreeValue };

class FreeValueBuilder implements JsonVisitor {
  root: FreeValue = null;
  readonly #open: { readonly value: FreeValue; name: string }[] = [];

  open(kind: 'object' | 'array'): void {
    const value = kind === 'object' ? (Object.create(null) as Record<string, FreeValue>) : [];
    this.#put(value);
    this.#open.push({ value, name: '' });
  }

  close(): void {
    this.#open.pop();
  }

  name(name: string): void {
    const container = this.#open.at(-1);
    if (container !== undefined) container.name = name;
  }

  scalar(json: JsonCursor): void {
    this.#put(readScalar(json));
  }

  #put(value: FreeValue): void {
    const container = this.#open.at(-1);
    if (container === undefined) this.root = value;
    else if (Array.isArray(container.value)) container.value.push(value);
    else if (typeof container.value === 'object' && container.value !== null)
      container.value[container.name] = value;
  }
}

function readScalar(json: JsonCursor): FreeValue {
  const kind = json.kind();
  if (kind === 'string') return json.text();
  const source = json.source();
  if (kind !== 'number') return kind === 'null' ? null : source === 'true';
  const value = Number(source);
  if (!Number.isFinite(value)) json.notes.wrong('a number within float64', `number ${source.slice(0, 24)}`);
  return value;
}

/** Anything at all, as Go reads it into an `interface{}`; a number beyond float64 is wrong. */
export const freeValue: Shape<unknown> = {
  zero: () => null,
  read(json) {
    const builder = new FreeValueBuilder();
    json.walk(builder);
    return builder.root;
  },
};
