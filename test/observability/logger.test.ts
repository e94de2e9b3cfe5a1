import { spawnSync } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { createLogger, type LogOptions } from '../../src/observability/logger.js';
import { REDACTED } from '../../src/observability/scrubber.js';

const DEFAULTS: LogOptions = { level: 'info', format: 'json', colors: true, time: true, pid: false };

function capture(options: Partial<LogOptions> = {}, isTTY = false) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line), isTTY };
  return { logger: createLogger({ ...DEFAULTS, ...options }, destination), lines };
}

describe('createLogger', () => {
  it('writes one line of JSON an event, with an ISO time and the name of the level', () => {
    const { logger, lines } = capture();
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
    const { logger, lines } = capture();
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
    const { logger, lines } = capture();
    logger.debug({}, 'unheard');
    expect(lines).toHaveLength(0);
    logger.level = 'debug';
    logger.debug({}, 'heard');
    expect(lines).toHaveLength(1);
  });

  it('leaves the time out, or puts the process id in, when asked', () => {
    const { logger, lines } = capture({ time: false, pid: true });
    logger.warn({}, 'x');
    expect(JSON.parse(lines.join(''))).toEqual({ level: 'warn', pid: process.pid, msg: 'x' });
  });

  it.each([
    ['auto', true, true],
    ['auto', false, false],
    ['pretty', false, true],
    ['json', true, false],
  ] as const)('format %s on a terminal (%s): readable lines (%s)', (format, isTTY, readable) => {
    const { logger, lines } = capture({ format }, isTTY);
    logger.info({ slots: 3 }, 'directory read');
    expect(lines.join('').startsWith('{')).toBe(!readable);
    expect(lines.join('')).toContain('directory read');
  });

  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
  ])('colours %s on a terminal %s: %s', (colors, isTTY, coloured) => {
    vi.stubEnv('NO_COLOR', '');
    const { logger, lines } = capture({ format: 'pretty', colors }, isTTY);
    vi.unstubAllEnvs();
    logger.info({}, 'x');
    expect(lines.join('').includes('\u001b[')).toBe(coloured);
  });

  it('shows control characters of strangers instead of sending them to the terminal', () => {
    const { logger, lines } = capture({ format: 'pretty' });
    const hostile = 'a\u001b[2Jb\rc\nd\u009be\\u001bf\u202eg';
    logger.warn({ account: hostile, name: hostile, err: new Error(hostile) }, hostile);
    const text = lines.join('');
    // The line ends that remain are those of the layout and of the stack.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
    expect(text).toContain('a\\u001b[2Jb\\rc\\nd\\u009be\\u001bf\\u202eg');
    const forged = text.split('\n').filter((line) => line.startsWith('d'));
    expect(forged).toEqual([]);
  });

  it('writes to standard error alone, and every line before the process ends', () => {
    const module = JSON.stringify(new URL('../../src/observability/logger.ts', import.meta.url).href);
    const program = `import { createLogger } from ${module};
      const logger = createLogger(${JSON.stringify(DEFAULTS)});
      for (let i = 0; i < 2000; i++) logger.info({ i }, 'line');
      process.exit(0);`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', program],
      { encoding: 'utf8' },
    );
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n')).toHaveLength(2000);
  });
});
