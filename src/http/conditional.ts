const WEAK = 'W/';

/**
 * Whether an If-None-Match header names this entity tag: a list, `*`, weak comparison (RFC 9110 §13.1.2). Our tags
 * hold no comma, so a comma inside a foreign tag can only make pieces that match nothing.
 */
export function namesEntityTag(ifNoneMatch: string | undefined, entityTag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((item) => {
    const tag = item.trim();
    return tag === '*' || tag === entityTag || (tag.startsWith(WEAK) && tag.slice(2) === entityTag);
  });
}
