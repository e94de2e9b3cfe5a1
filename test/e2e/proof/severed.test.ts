import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { runningOn } from '../../support/accountz.js';
import { testWithNsc } from '../../support/nsc.js';
import { type SeverableServers, startSeverable, type Tie } from '../../support/severable-servers.js';
import { lines, soon } from '../observing.js';
import {
  connectToAll,
  effectiveOn,
  expectEffectiveInGrid,
  expectRefused,
  RETURN_MS,
  startNscScene,
} from './scene.js';

const TIES: readonly Tie[] = ['routes', 'gateways'];

for (const tie of TIES) {
  testWithNsc(
    `N4: a server whose ${tie} were cut while a user was revoked throws the user out when it is back`,
    async () => {
      let severable: SeverableServers | undefined;
      const scene = await startNscScene(async (config) => {
        severable = await startSeverable(tie, config);
        return severable.servers;
      });
      if (severable === undefined) throw new Error('no servers');
      const { fixture, nsc, service, accountKey } = scene;
      const [first, second, far] = severable.servers;
      const alice = fixture.credsFile('A', 'alice');
      const [atFirst, atSecond, atFar] = await connectToAll(severable.servers, alice);
      const before = readFileSync(fixture.accountFile('A'), 'utf8');
      await severable.sever();
      await nsc.ok('revocations', 'add-user', '--account', 'A', '--name', 'alice');
      const revoked = readFileSync(fixture.accountFile('A'), 'utf8');
      await Promise.all([atFirst?.closed(), atSecond?.closed()]);
      await effectiveOn([first, second], accountKey, revoked);
      expect([await runningOn([far], accountKey), atFar?.isClosed()]).toEqual([[before], false]);
      // By now it is called ever more rarely.
      await soon(() => expect(lines(service, /^server does not answer$/)).toHaveLength(1));
      await severable.mend();
      const mendedAt = performance.now();
      expect(String(await atFar?.closed())).toMatch(/revoked/i);
      await effectiveOn(severable.servers, accountKey, revoked);
      expect(performance.now() - mendedAt).toBeLessThan(RETURN_MS);
      await expectEffectiveInGrid(scene, accountKey);
      await expectRefused(severable.servers, alice);
    },
  );
}
