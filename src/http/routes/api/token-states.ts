/** What time has made of an account's token. */
export const TOKEN_STATES = ['valid', 'expired', 'not_yet_valid'] as const;

/** One of {@link TOKEN_STATES}. */
export type TokenState = (typeof TOKEN_STATES)[number];
