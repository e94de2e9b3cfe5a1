import { describe, expect, test } from 'vitest';
import { LateApp } from '../../src/http/late-app.js';
import { ask, serve } from './support.js';

describe('what a nats-server asks when it starts', () => {
  test.each([{}, { headers: { origin: 'https://a.example' } }])(
    'is answered before the router is there as by the router: %j',
    async (question) => {
      const { url } = await serve({ corsOrigins: ['https://a.example'] });
      const before = await ask(url, '/jwt/v1/accounts/', question);
      const byRouter = await ask(url, '/jwt/v1//accounts', question);
      const dates = { date: expect.any(String) };
      expect(before.status).toBe(200);
      expect(before).toEqual({ ...byRouter, headers: { ...byRouter.headers, ...dates } });
    },
  );

  test('counts as before', async () => {
    const bench = await serve();
    await bench.ask('/jwt/v1/accounts');
    await bench.ask('/jwt/v1//accounts/');
    expect(bench.counted).toEqual(['GET /jwt/v1/accounts 200', 'GET /jwt/v1/accounts 200']);
  });
});

describe('an application that is built late', () => {
  /** One that hears what becomes of it. */
  function late(): { app: LateApp; heard: string[] } {
    const heard: string[] = [];
    const app = new LateApp(async () => {
      heard.push('built');
      return { close: async () => void heard.push('closed') } as never;
    });
    return { app, heard };
  }

  test('is built once, however many wait for it', async () => {
    const { app, heard } = late();
    expect(app.app).toBeUndefined();
    const [one, two] = await Promise.all([app.built(), app.built()]);
    expect([two, await app.built(), app.app]).toEqual([one, one, one]);
    expect(heard).toEqual(['built']);
  });

  test('is built by itself, and closed', async () => {
    const { app, heard } = late();
    app.buildSoon();
    await expect.poll(() => heard).toEqual(['built']);
    await app.close();
    expect(heard).toEqual(['built', 'closed']);
  });

  test('is closed when it is built, if that has begun', async () => {
    const { app, heard } = late();
    void app.built();
    await app.close();
    expect(heard).toEqual(['built', 'closed']);
  });

  test('is not built for being closed', async () => {
    const { app, heard } = late();
    app.buildSoon();
    await app.close();
    expect(heard).toEqual([]);
  });
});
