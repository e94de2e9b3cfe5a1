/**
 * Whether a server is older than a release; versions are `2.10.4` or `2.12.0-RC.1`, and one that cannot be read is not
 * called old. A preview counts as its release.
 */
export function isOlderThan(version: string, release: string): boolean {
  const [own, other] = [numbersOf(version), numbersOf(release)];
  if (own === undefined || other === undefined) return false;
  const at = own.findIndex((number, index) => number !== other[index]);
  return at >= 0 && (own[at] ?? 0) < (other[at] ?? 0);
}

function numbersOf(version: string): readonly number[] | undefined {
  const found = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version);
  return found?.slice(1).map(Number);
}
