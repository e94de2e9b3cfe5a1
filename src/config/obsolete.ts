/** A key of the Go server that sets nothing here: why, and whether it stops the start. */
export interface ObsoleteKey {
  readonly message: string;
  readonly refused?: true;
  /** The value with which the key says what is the case anyway, so that nothing needs to be said. */
  readonly quietFor?: string;
}

/** By key in lower case. Go configuration files are accepted unchanged, but nothing is dropped in silence. */
export const OBSOLETE_KEYS: ReadonlyMap<string, ObsoleteKey> = new Map<string, ObsoleteKey>([
  [
    'primary',
    {
      message:
        'running as a replica of another account server is not supported yet; serve the same store instead',
      refused: true,
    },
  ],
  ['replicationtimeout', { message: 'has no effect: there is no primary to copy from' }],
  ['signrequestsubject', { message: 'has no effect: there is no signing service; accounts arrive signed' }],
  ['signrequesttimeout', { message: 'has no effect: there is no signing service' }],
  [
    'store.cleanupinterval',
    { message: 'has no effect: expired account JWTs are kept, and answered as expired' },
  ],
  ['nats.maxreconnects', { message: 'has no effect: connecting is tried for ever', quietFor: '-1' }],
  ['http.writetimeout', { message: 'has no effect: answers stand ready in memory' }],
  [
    'http.tls.root',
    { message: 'has no effect, as in the Go server; http.tls.client_ca asks for client certificates' },
  ],
]);

/** The same by flag of the Go server. */
export const OBSOLETE_FLAGS: ReadonlyMap<string, ObsoleteKey> = new Map(
  [...OBSOLETE_KEYS].filter(([key]) => key === 'primary'),
);
