import { struct, text } from './json-shape.js';

/** A JOSE header (v2/header.go); other fields mean nothing. */
export interface Header {
  readonly typ: string;
  readonly alg: string;
}

/** The header as it stands in the first chunk. */
export const headerShape = struct<Header>({ typ: text, alg: text });

const ALGORITHMS: readonly string[] = ['ed25519', 'ed25519-nkey'];

/** What is wrong with a header, in a sentence; `undefined` when it is one of ours. Nothing but these two fields counts. */
export function headerFault({ typ, alg }: Header): string | undefined {
  if (typ.toUpperCase() !== 'JWT') return 'the header does not say that this is a JWT (typ)';
  if (!ALGORITHMS.includes(alg.toLowerCase()))
    return 'the header names another algorithm than ed25519-nkey (alg)';
  return undefined;
}
