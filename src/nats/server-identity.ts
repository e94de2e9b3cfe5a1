import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/**
 * Checks whose certificate a server shows. nats.js names no host when the address is an IP address, and Node then looks
 * for `localhost`; so a certificate for one of the IP addresses that we were told is right as well.
 */
export function identityCheck(
  hosts: readonly string[],
): (host: string, certificate: PeerCertificate) => Error | undefined {
  const addresses = hosts.map(addressOf).filter((address) => isIP(address) !== 0);
  return (host, certificate) => {
    const error = checkServerIdentity(host, certificate);
    const right = addresses.some((address) => checkServerIdentity(address, certificate) === undefined);
    return right ? undefined : error;
  };
}

/** `[::1]:4222` → `::1`. */
const addressOf = (host: string): string => host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
