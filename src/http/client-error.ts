import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Ends a connection on which something came that is no HTTP request, or came too slowly; with a status where the client
 * can still read one.
 * @param isAnswering an answer is on its way: another one inside it would be read as part of it
 */
export function answerClientError(error: Error, socket: Duplex, isAnswering: boolean): void {
  const code = 'code' in error ? String(error.code) : '';
  if (isAnswering || !socket.writable || code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status = STATUS_BY_CODE[code] ?? 400;
  const body = `${status} ${STATUS_CODES[status]}\n`;
  socket.end(
    `HTTP/1.1 ${body.trimEnd()}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
    // A client that has more to send would hold the connection open.
    () => socket.destroy(),
  );
}
