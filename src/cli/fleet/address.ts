import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { checkServerIdentity, rootCertificates } from 'node:tls';
import type { Config } from '../../config/schema.js';
import { maskUserinfo } from '../../config/secret.js';
import { ServiceProblem } from './problem.js';
import type { FleetRequest } from './request.js';
import type { Service } from './service.js';

/** A mistake in what was typed, as one sentence. */
export class UsageProblem extends Error {
  override readonly name = 'UsageProblem';
}

/**
 * The service that the command line means: `--url`, else the one that the configuration describes.
 * @throws UsageProblem, or ServiceProblem when the configuration does not tell or a file is no good
 */
export function findService({ url, ca }: Pick<FleetRequest, 'url' | 'ca'>, config: Config): Service {
  const address = url === undefined ? configuredUrl(config) : readUrl(url);
  const secure = address.startsWith('https:');
  if (ca !== undefined && !secure)
    throw new UsageProblem(`--ca is for https, and the service is at ${address}`);
  const token = config.http.adminToken?.reveal();
  if (ca !== undefined) return { url: address, token, trust: trustIn([readAuthorities(ca)]) };
  return { url: address, token, trust: url === undefined && secure ? trustInOwn(config) : {} };
}

/** A certificate that is trusted itself is good even if nobody knows who signed it. */
const trustIn = (ca: string[]): Service['trust'] => ({ ca, allowPartialTrustChain: true });

/**
 * Trust in the certificate that the configuration gives to the service, whatever name is in it: `localhost` leads there,
 * and is not what it was made for. Without the right to read the file, the authorities that all trust have to do.
 */
function trustInOwn({ http: { tls } }: Config): Service['trust'] {
  const pem = tls.cert === undefined ? undefined : readOwn(tls.cert);
  if (pem === undefined) return {};
  const own = new X509Certificate(pem).raw;
  return {
    ...trustIn([...rootCertificates, pem]),
    checkServerIdentity: (host, shown) =>
      own.equals(shown.raw) ? undefined : checkServerIdentity(host, shown),
  };
}

function readOwn(file: string): string | undefined {
  try {
    const pem = readFileSync(file, 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch {
    return undefined;
  }
}

function readUrl(text: string): string {
  const typed = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const shown = maskUserinfo(text);
  if (!URL.canParse(typed))
    throw new UsageProblem(`--url: "${shown}" is no address such as http://localhost:9090`);
  const url = new URL(typed);
  if (!/^https?:$/.test(url.protocol)) throw new UsageProblem(`--url: "${shown}" is neither http nor https`);
  if (url.username !== '' || url.password !== '')
    throw new UsageProblem('--url takes no password: the API wants the admin token, see --admin-token-file');
  if (url.search !== '' || url.hash !== '')
    throw new UsageProblem(`--url: "${shown}" ends with a query or a fragment`);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url.href;
}

/** Addresses that stand for every address of the machine. */
const EVERYWHERE = ['', '0.0.0.0', '::'];

function configuredUrl({ http: { host, port, tls } }: Config): string {
  if (port === 0)
    throw new ServiceProblem(
      'the configuration lets the service take any free port (0): name the service with --url URL',
    );
  const reachable = EVERYWHERE.includes(host) ? 'localhost' : host;
  const name = reachable.includes(':') ? `[${reachable}]` : reachable;
  return new URL(`${tls.cert === undefined ? 'http' : 'https'}://${name}:${port}/`).href;
}

function readAuthorities(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    const why = cause instanceof Error && 'syscall' in cause ? cause.message : 'it holds no PEM certificate';
    throw new ServiceProblem(`--ca: cannot use ${file}: ${why}`, 'lasting', { cause });
  }
}
