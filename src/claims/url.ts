import { isIPv6 } from 'node:net';

/** What the rules ask of a URL. */
export interface ParsedUrl {
  /** In lower case; '' when there is none. */
  readonly scheme: string;
  /** The host without port and brackets; '' when there is none. */
  readonly hostname: string;
  /** Whether there is a user part, be it an empty one. */
  readonly hasUser: boolean;
  readonly path: string;
}

const CONTROL = /[\x00-\x1f\x7f]/;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const NOT_IN_USER = /[^A-Za-z0-9\-._~!$&'()*+,;=:%@]/;
const PORT = /^(?::[0-9]*)?$/;
const NOT_IN_HOST = /[^A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"\x80-\uffff]/;
/** All that a host may escape: bytes that are not ASCII, and the percent sign. */
const HOST_ESCAPE = /%(?:25|[89A-Fa-f][0-9A-Fa-f])/g;
const ESCAPE = /%([0-9A-Fa-f]{2})/g;

/**
 * Takes a URL apart exactly as Go 1.26 does (net/url Parse), `undefined` where Go reports an error. WHATWG's `URL`
 * judges differently: it trims, repairs, and knows special schemes.
 */
export function parseGoUrl(text: string): ParsedUrl | undefined {
  const [beforeFragment, fragment] = cut(text, '#');
  if (CONTROL.test(beforeFragment) || BAD_ESCAPE.test(fragment) || beforeFragment.startsWith(':')) {
    return undefined;
  }
  const match = SCHEME.exec(beforeFragment);
  const scheme = (match?.[1] ?? '').toLowerCase();
  const [rest] = cut(beforeFragment.slice(match?.[0].length ?? 0), '?');
  if (!rest.startsWith('/')) return rootless(scheme, rest);
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'));
  return hasAuthority ? withAuthority(scheme, rest.slice(2)) : withPath(scheme, '', false, rest);
}

/** What follows a scheme without a slash is opaque, and not looked at; without a scheme it is a relative path. */
function rootless(scheme: string, rest: string): ParsedUrl | undefined {
  if (scheme !== '') return { scheme, hostname: '', hasUser: false, path: '' };
  return cut(rest, '/')[0].includes(':') ? undefined : withPath(scheme, '', false, rest);
}

function withAuthority(scheme: string, rest: string): ParsedUrl | undefined {
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const at = authority.lastIndexOf('@');
  const user = authority.slice(0, Math.max(at, 0));
  const hostname = parseHost(scheme, authority.slice(at + 1));
  if (hostname === undefined || NOT_IN_USER.test(user) || BAD_ESCAPE.test(user)) return undefined;
  return withPath(scheme, hostname, at >= 0, slash < 0 ? '' : rest.slice(slash));
}

function withPath(scheme: string, hostname: string, hasUser: boolean, path: string): ParsedUrl | undefined {
  return BAD_ESCAPE.test(path) ? undefined : { scheme, hostname, hasUser, path };
}

function parseHost(scheme: string, host: string): string | undefined {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) return undefined;
  if (bracket === 0) return parseBracketed(host);
  const colon = firstPortColon(scheme, host);
  if (colon >= 0 && !PORT.test(host.slice(colon))) return undefined;
  return NOT_IN_HOST.test(host.replace(HOST_ESCAPE, '')) ? undefined : withoutPort(host);
}

/** Go is strict about further colons for http alone; lists of hosts with ports are usual elsewhere. */
function firstPortColon(scheme: string, host: string): number {
  return scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':');
}

function withoutPort(host: string): string {
  const colon = host.lastIndexOf(':');
  return colon >= 0 && PORT.test(host.slice(colon)) ? host.slice(0, colon) : host;
}

function parseBracketed(host: string): string | undefined {
  const end = host.lastIndexOf(']');
  if (end < 0 || !PORT.test(host.slice(end + 1))) return undefined;
  const inside = host.slice(1, end);
  const [address, zone] = cut(inside, '%25');
  const zoneIsGood = address === inside || (zone !== '' && isZone(zone));
  return isIPv6(address) && !address.includes('%') && zoneIsGood ? inside : undefined;
}

/** A zone may escape what it could hold unescaped, the percent sign, and a space. */
function isZone(zone: string): boolean {
  const plain = zone.replace(ESCAPE, (_, hex: string) => {
    const byte = Number.parseInt(hex, 16);
    if (byte === 0x20 || byte === 0x25) return '-';
    return byte < 0x80 ? String.fromCharCode(byte) : ' ';
  });
  return !NOT_IN_HOST.test(plain);
}

/** The parts before and after the first `separator`; the second is empty when there is none. */
function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
