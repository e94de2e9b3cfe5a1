import { scopeTemplate } from './decode-user.js';
import { RemarshalledCursor } from './json-remarshalled.js';
import { type Shape, struct, text } from './json-shape.js';
import type { UserScope } from './types.js';

const KIND = 'user_scope';

/** The `kind` of a scope, checked under every spelling of the name that folds to it (v2/signingkeys.go ScopeType). */
const scopeKind: Shape<string> = {
  zero: () => KIND,
  read(json, old) {
    if (json.kind() !== 'string') json.mismatch(`"${KIND}"`);
    else if (json.text() !== KIND) json.notes.wrong(`"${KIND}"`, 'another string');
    return old;
  },
};

const userScope = struct<UserScope>({
  kind: scopeKind,
  key: text,
  role: text,
  template: scopeTemplate,
  description: text,
});

function readScope(json: RemarshalledCursor): UserScope | undefined {
  if (json.has('kind')) return userScope.read(json, userScope.zero());
  json.mismatch('a key or a scope with a kind');
  return undefined;
}

function readEntry(json: RemarshalledCursor, keys: Map<string, UserScope | null>): void {
  const kind = json.kind();
  if (kind === 'string') keys.set(json.text(), null);
  else if (kind !== 'object') json.skip();
  else {
    const scope = readScope(json);
    if (scope !== undefined) keys.set(scope.key, scope);
  }
}

/** Keys and scopes by key; elements of other kinds are passed over (v2/signingkeys.go SigningKeys). */
export const signingKeys: Shape<ReadonlyMap<string, UserScope | null>> = {
  zero: () => new Map(),
  read(outer, old) {
    const kind = outer.kind();
    if (kind !== 'array') {
      if (kind === 'null') outer.skip();
      else outer.mismatch('an array');
      return old;
    }
    // `zero` and this function alone make these maps, so that a second list may add to the first one's.
    const keys = old as Map<string, UserScope | null>;
    const json = new RemarshalledCursor(outer);
    if (json.overflows()) outer.notes.wrong('free of numbers beyond float64', 'one');
    json.elements((index) => {
      json.notes.path.push(index);
      readEntry(json, keys);
      json.notes.path.pop();
    });
    outer.skip();
    return keys;
  },
};
