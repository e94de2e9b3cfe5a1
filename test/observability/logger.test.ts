import { describe, expect, it } from 'vitest';
import { createLogger, type LogFormat } from '../../src/observability/logger.js';
import { REDACTED } from '../../src/observability/scrubber.js';

function capture(format: LogFormat, isTTY = false) {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', format }, { write: (line) => void lines.push(line), isTTY });
  return { logger, lines };
}

describe('createLogger', () => {
  it('writes one line of JSON an event, with an ISO time and the name of the level', () => {
    const { logger, lines } = capture('json');
    logger.info({ account: 'AB' }, 'account published');
    const [line = ''] = lines;
    expect(line).toMatch(/\n$/);
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      account: 'AB',
      msg: 'account published',
    });
  });

  it('masks secrets in facts, messages and errors', () => {
    const { logger, lines } = capture('json');
    const err = new Error('refused by nats://u:p@host', { cause: new Error('Bearer abcdefgh') });
    logger.error(
      { err, headers: { authorization: 'Basic eDp5' }, deep: { a: { b: { seed: 'x' } } } },
      'pass=q',
    );
    const line = JSON.parse(lines.join(''));
    expect(line.err.message).toContain(`nats://${REDACTED}@host`);
    expect(line.err.stack).toContain(`Bearer ${REDACTED}`);
    expect(line.headers.authorization).toBe(REDACTED);
    expect(line.deep.a.b.seed).toBe(REDACTED);
    expect(line.msg).toBe(`pass=${REDACTED}`);
  });

  it('writes nothing below its level, and follows a change of the level', () => {
    const { logger, lines } = capture('json');
    logger.debug({}, 'unheard');
    expect(lines).toHaveLength(0);
    logger.level = 'debug';
    logger.debug({}, 'heard');
    expect(lines).toHaveLength(1);
  });

  it('carries the given facts in every line', () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    createLogger({ level: 'info', format: 'json', facts: { instance: 'eu-1' } }, destination).warn({}, 'x');
    expect(JSON.parse(lines.join(''))).toMatchObject({ instance: 'eu-1' });
  });

  it.each([
    ['auto', true, true],
    ['auto', false, false],
    ['pretty', false, true],
    ['json', true, false],
  ] as const)('format %s on a terminal (%s): readable lines (%s)', (format, isTTY, readable) => {
    const { logger, lines } = capture(format, isTTY);
    logger.info({ slots: 3 }, 'directory read');
    expect(lines.join('').startsWith('{')).toBe(!readable);
    expect(lines.join('')).toContain('directory read');
  });

  it('colours only what a terminal shows', () => {
    const escapeCharacter = '\u001b';
    const onPipe = capture('pretty', false);
    onPipe.logger.info({}, 'x');
    expect(onPipe.lines.join('')).not.toContain(escapeCharacter);
  });

  it('shows control characters of strangers instead of sending them to the terminal', () => {
    const { logger, lines } = capture('pretty', false);
    const hostile = 'a\u001b[2Jb\rc\nd\u009be\\u001bf\u202eg';
    logger.warn({ account: hostile, name: hostile, err: new Error(hostile) }, hostile);
    const text = lines.join('');
    // The line ends that remain are those of the layout and of the stack.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
    expect(text).toContain('a\\u001b[2Jb\\rc\\nd\\u009be\\u001bf\\u202eg');
    const forged = text.split('\n').filter((line) => line.startsWith('d'));
    expect(forged).toEqual([]);
  });
});
