/** How a command ended, for scripts. */
export const EXIT = {
  ok: 0,
  /** It could not be done: configuration, port in use. */
  failed: 1,
  /** The command line makes no sense. */
  usage: 2,
  /** `inspect`: nats-server would refuse the token. */
  refused: 3,
  /** `inspect`: not even a token. */
  undecodable: 4,
} as const;
