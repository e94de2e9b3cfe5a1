/** What the measurement needs of the claims room. */
export type Claims = Pick<typeof import('../../src/claims/trust.js'), 'trustAccount' | 'trustOperator'> &
  Pick<typeof import('../../src/claims/verify.js'), 'readAccountJwt' | 'readOperatorJwt'>;

/**
 * The claims room as it was built. Through tsx, which runs this benchmark, the same code takes four times as long, since
 * esbuild there keeps the names of all functions.
 */
export async function builtClaims(): Promise<Claims> {
  const load = (file: string): Promise<unknown> =>
    import(new URL(`../../dist/claims/${file}`, import.meta.url).href);
  // The types are those of the source that the files were built from.
  return { ...((await load('trust.js')) as Claims), ...((await load('verify.js')) as Claims) };
}
