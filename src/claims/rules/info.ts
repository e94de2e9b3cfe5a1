import type { Info } from '../types.js';
import { parseGoUrl } from '../url.js';
import { quote } from './quote.js';
import { error, type RuleTable } from './rule.js';

/** Bytes of UTF-8 (jwt v2/types.go MaxInfoLength). */
const MAX_INFO_BYTES = 8192;

const isTooLong = (text: string): boolean => Buffer.byteLength(text) > MAX_INFO_BYTES;

/** N1–N3: description and URL of an account or an export. */
export const INFO_RULES: RuleTable<Info> = {
  title: 'Description and info URL',
  where: 'nats',
  rules: [
    error('N1', 'description', 'The description is longer than 8192 bytes.', (info) =>
      isTooLong(info.description),
    ),
    error('N2', 'info_url', 'The info URL is longer than 8192 bytes.', (info) => isTooLong(info.info_url)),
    error(
      'N3',
      'info_url',
      'The info URL is no URL with a scheme and a host.',
      ({ info_url: url }) =>
        url !== '' &&
        !hasSchemeAndHost(url) &&
        `The info URL ${quote(url)} is no URL with a scheme and a host.`,
    ),
  ],
};

function hasSchemeAndHost(text: string): boolean {
  const url = parseGoUrl(text);
  return url !== undefined && url.scheme !== '' && url.hostname !== '';
}
