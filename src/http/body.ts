import type { IncomingMessage } from 'node:http';

/** A request's body, or why there is none. */
export type BodyReading =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  /** Longer than allowed; what is still to come is thrown away by node once the answer is sent. */
  | { readonly kind: 'too_large' }
  /** Compressed: it would have to be unpacked before its size is known. */
  | { readonly kind: 'encoded' }
  /** The client went away in the middle. */
  | { readonly kind: 'aborted' };

/** Reads a body as raw bytes, whatever its content type says, holding at most `limitBytes` of it. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<BodyReading> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding !== '' && encoding !== 'identity') return { kind: 'encoded' };
  if (Number(request.headers['content-length']) > limitBytes) return { kind: 'too_large' };
  return collect(request, limitBytes);
}

/** Cuts a connection on which a body goes on for too long after its answer: clients may send without end. */
export function limitRest(request: IncomingMessage, restMs: number): void {
  if (request.complete) return;
  const cut = () => {
    if (!request.complete) request.socket.destroy();
  };
  setTimeout(cut, restMs).unref();
}

function collect(request: IncomingMessage, limitBytes: number): Promise<BodyReading> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limitBytes) chunks.push(chunk);
      else settle({ kind: 'too_large' });
    };
    const settle = (reading: BodyReading) => {
      request.off('data', take);
      resolve(reading);
    };
    request.on('data', take);
    request.on('end', () => settle({ kind: 'read', bytes: Buffer.concat(chunks) }));
    request.on('error', () => settle({ kind: 'aborted' }));
    request.on('close', () => settle({ kind: 'aborted' }));
  });
}
