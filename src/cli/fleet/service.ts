import type { ConnectionOptions } from 'node:tls';

/** A running service and what it takes to ask it. */
export interface Service {
  /** `http://localhost:9090/`: paths of the API are resolved against it. */
  readonly url: string;
  /** The admin token. */
  readonly token: string | undefined;
  /** Whose certificates are trusted; Node's own choice when empty. */
  readonly trust: Pick<ConnectionOptions, 'ca' | 'allowPartialTrustChain' | 'checkServerIdentity'>;
}

/** The service as messages name it: without the slash that the base of other addresses needs. */
export const nameOf = ({ url }: Service): string => url.replace(/\/$/, '');
