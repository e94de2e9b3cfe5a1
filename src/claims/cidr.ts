import { isIPv4, isIPv6 } from 'node:net';

const DIGITS = /^[0-9]+$/;

/** Whether Go's net.ParseCIDR takes the text: an address without a zone, a slash, a prefix length (`010` is 10). */
export function isCidr(text: string): boolean {
  const slash = text.indexOf('/');
  const address = text.slice(0, Math.max(slash, 0));
  const length = text.slice(slash + 1);
  return slash > 0 && DIGITS.test(length) && Number(length) <= addressBits(address);
}

/** -1 when the text is no address. */
function addressBits(address: string): number {
  if (isIPv4(address)) return 32;
  return isIPv6(address) && !address.includes('%') ? 128 : -1;
}
