import { describe, expect, test } from 'vitest';
import { ApiError } from '../../src/http/routes/api/schemas.js';
import { ACCOUNTS, FLEET, FLEET_ACCOUNTS, readAnswer, readError, STRANGER } from './api-answers.js';
import { type Answer, type HttpBench, type Question, serve, serveFleet } from './support.js';

describe('what the API refuses', () => {
  test.each([
    [`${ACCOUNTS}?state=bad`, 'bad state "bad": give one or more of valid, expired, not_yet_valid'],
    [`${ACCOUNTS}?state=`, 'bad state "": give one or more of valid, expired, not_yet_valid'],
    [
      `${FLEET_ACCOUNTS}?state=pending,gone`,
      'bad state "gone": give one or more of effective, incomplete, expired, pending, unknown',
    ],
    [`${ACCOUNTS}?limit=0`, 'bad limit "0": give a whole number from 1 to 1000'],
    [`${ACCOUNTS}?limit=1001`, 'bad limit "1001": give a whole number from 1 to 1000'],
    [`${FLEET_ACCOUNTS}?limit=1e2`, 'bad limit "1e2": give a whole number from 1 to 1000'],
    [`${FLEET}?wait=2h`, 'bad wait parameter "2h": give 0s to 60s, such as 5s, 500ms or 5 (seconds)'],
    [
      `${FLEET_ACCOUNTS}/${STRANGER}?wait=`,
      'bad wait parameter "": give 0s to 60s, such as 5s, 500ms or 5 (seconds)',
    ],
    [`${ACCOUNTS}?stat=valid`, 'unknown option "stat"; known: state, limit, after'],
    [`${FLEET}?limit=1`, 'unknown option "limit"; known: wait'],
  ])('%s', async (path, message) => {
    const bench = await serveFleet();
    expect(await readError(bench, path, 400)).toEqual({ error: { code: 'query.invalid', message } });
  });

  test('a path that is not there is 404 for every method', async () => {
    const bench = await serve();
    for (const path of ['/api/v1', '/api/v1/', '/api/v2/fleet', '/api/v1/fleet/accounts/a/b']) {
      const answer = await bench.ask(path, { method: 'POST' });
      expect(readAnswer(answer, ApiError, 404)).toMatchObject({ error: { code: 'path.unknown' } });
    }
  });

  test('what cannot be answered is told to the log alone', async () => {
    const bench = await serveFleet();
    bench.publish();
    bench.fleet.account = () => {
      throw new Error('inner secret');
    };
    expect(await readError(bench, ACCOUNTS, 500)).toEqual({
      error: { code: 'internal', message: 'internal error' },
    });
    expect(bench.log.messages('error')).toEqual(['a request could not be answered']);
  });
});

describe('methods of the API', () => {
  const PATHS = [FLEET, FLEET_ACCOUNTS, `${FLEET_ACCOUNTS}/${STRANGER}`, ACCOUNTS];
  const ask = (bench: HttpBench, path: string, method: string): Promise<Answer> => {
    const question: Question = { method };
    return bench.ask(path, question);
  };

  test.each(PATHS)('%s is read only', async (path) => {
    const bench = await serve();
    bench.publish();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await ask(bench, path, method);
      expect(readAnswer(answer, ApiError, 405), method).toMatchObject({
        error: { code: 'method.not_allowed' },
      });
      expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS');
    }
    const options = await ask(bench, path, 'OPTIONS');
    expect(options).toMatchObject({ status: 200, headers: { allow: 'GET, HEAD, OPTIONS' } });
  });

  test('HEAD answers the headers of GET', async () => {
    const bench = await serve();
    bench.publish();
    for (const path of [FLEET, FLEET_ACCOUNTS, ACCOUNTS]) {
      const [got, head] = [await ask(bench, path, 'GET'), await ask(bench, path, 'HEAD')];
      expect(head).toMatchObject({ status: 200, body: '' });
      expect(head.headers['content-length']).toBe(got.headers['content-length']);
    }
    expect(await ask(bench, `${FLEET_ACCOUNTS}/${STRANGER}`, 'HEAD')).toMatchObject({
      status: 404,
      body: '',
    });
  });
});
