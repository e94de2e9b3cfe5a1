import { readFileSync } from 'node:fs';

/**
 * Reads what to ask for: one path a line, or a path, a blank and an entity tag (`If-None-Match`).
 * @param {string} file
 * @param {number} port
 * @param {readonly string[]} [headers] more headers of every request, such as `Connection: close`
 * @returns {Buffer[]} requests ready to be sent
 */
export function readRequests(file, port, headers = []) {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [path, tag] = line.split(' ');
      const condition = tag === undefined ? [] : [`If-None-Match: ${tag}`];
      const head = [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...condition, ...headers];
      return Buffer.from(`${head.join('\r\n')}\r\n\r\n`);
    });
}

/**
 * One of them by chance.
 * @param {readonly Buffer[]} requests
 * @returns {Buffer}
 */
export function anyOf(requests) {
  return requests[Math.floor(Math.random() * requests.length)] ?? Buffer.alloc(0);
}
