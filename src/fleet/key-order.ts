/** Where the first of these sorted keys stands that is greater than a text; after the last when none is (binary search). */
export function firstLater(keys: readonly string[], text: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') > text) high = middle;
    else low = middle + 1;
  }
  return low;
}
