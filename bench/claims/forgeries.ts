import { randomBytes } from 'node:crypto';

/** The most that is decoded at all (jwt v2/decoder.go); a forger will use all of it. */
const TOKEN_BYTES = 2 ** 20;
const HEADER = Buffer.from('{"typ":"JWT","alg":"ed25519-nkey"}').toString('base64url');
const SIGNATURE = randomBytes(64).toString('base64url');
/** So much JSON makes a token of the greatest size. */
const JSON_BYTES = Math.floor(((TOKEN_BYTES - HEADER.length - SIGNATURE.length - 2) * 3) / 4);

/** Tokens of 1 MiB that nobody signed, each the worst in its own way; made for an issuer that is trusted. */
export const FORGERIES: Readonly<Record<string, (issuer: string) => Buffer>> = {
  'one long text': (issuer) => forge(issuer, (bytes) => `"description":"${'x'.repeat(bytes - 20)}"`),
  'many small fields': (issuer) =>
    forge(issuer, (bytes) => `"revocations":{${many(bytes - 20, (i) => `"${i.toString(36)}":1`)}}`),
  'many empty lists': (issuer) => forge(issuer, (bytes) => `"imports":[${many(bytes - 20, () => '[]')}]`),
  'deeply nested lists': (issuer) =>
    forge(issuer, (bytes) => `"imports":${'['.repeat(bytes / 2 - 10)}${']'.repeat(bytes / 2 - 10)}`),
};

function forge(issuer: string, content: (bytes: number) => string): Buffer {
  const head = `{"jti":"x","iat":1,"iss":"${issuer}","name":"x","sub":"${issuer}","nats":{`;
  const tail = '"type":"account","version":2}}';
  const payload = `${head}${content(JSON_BYTES - head.length - tail.length - 1)},${tail}`;
  return Buffer.from(`${HEADER}.${Buffer.from(payload).toString('base64url')}.${SIGNATURE}`);
}

/** Items with commas between, as many as fit. */
function many(bytes: number, item: (index: number) => string): string {
  const items: string[] = [];
  for (let length = 0, i = 0; ; i++) {
    const next = item(i);
    length += next.length + 1;
    if (length > bytes) return items.join(',');
    items.push(next);
  }
}
