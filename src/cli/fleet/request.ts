/** What the command `fleet` is asked for. */
export interface FleetRequest {
  /** An account key, the beginning of one, or a name; undefined: the whole fleet. */
  readonly account: string | undefined;
  /** The address of the service; undefined: as it is configured. */
  readonly url: string | undefined;
  /** A file with the authorities that may have signed its certificate. */
  readonly ca: string | undefined;
  readonly output: 'table' | 'json';
  /** Show once, go on showing, or wait until all is effective. */
  readonly mode: 'once' | 'watch' | { readonly waitMs: number };
  /** Every account and server, not only those that want attention. */
  readonly all: boolean;
}
