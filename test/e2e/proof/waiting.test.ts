import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { run } from '../../cli/command-line.js';
import { loadedAccount } from '../../support/accountz.js';
import { LAST } from '../../support/app.js';
import { mintAccount, mintCreds, nowSeconds } from '../../support/mint.js';
import { connectWith } from '../../support/nats-client.js';
import type { NatsServer } from '../../support/nats-server.js';
import { type SeverableServers, startSeverable } from '../../support/severable-servers.js';
import { connectToAll, startTreeScene, type TreeScene } from './scene.js';

/** To look longer, and elsewhere: `PROOF_ROUNDS=500 PROOF_SEED=7 npm test -- test/e2e/proof/waiting.test.ts`. */
const ROUNDS = Number(process.env.PROOF_ROUNDS ?? 12);
const SEED = Number(process.env.PROOF_SEED ?? 1);

interface Trouble {
  /** How long the push waits. */
  readonly wait?: string;
  /** Done and over before the push. */
  before?(scene: TroubledScene, chance: () => number): Promise<void>;
  /** Begins at any moment of the push; what it answers ends it. */
  during?(scene: TroubledScene, chance: () => number): Promise<() => Promise<void>>;
  /** Begins before the push; what it answers is done after the answer. */
  around?(scene: TroubledScene, chance: () => number): Promise<() => Promise<void>>;
}

interface TroubledScene extends TreeScene {
  readonly severable: SeverableServers;
}

const TROUBLES: Readonly<Record<string, Trouble>> = {
  'no trouble': { wait: '60s' },
  'a server that is frozen until the answer': {
    wait: '1s',
    around: async ({ servers }, chance) => {
      const server = one(servers, chance);
      server.kill('SIGSTOP');
      return async () => server.kill('SIGCONT');
    },
  },
  'a frozen server': {
    during: async ({ servers }, chance) => {
      const server = one(servers, chance);
      server.kill('SIGSTOP');
      return async () => server.kill('SIGCONT');
    },
  },
  'severed routes': {
    during: async ({ severable }) => {
      await severable.sever();
      return () => severable.mend();
    },
  },
  'no way to NATS': {
    during: async ({ way }) => {
      await way.cut();
      return () => way.mend();
    },
  },
  'a replayed token': {
    before: async ({ servers, systemCreds, tree }, chance) => {
      const { key, jwt } = tree.get('APP');
      const rogue = await connectWith(one(servers, chance).url, systemCreds);
      const answers = rogue.subscribe('_INBOX.rogue', { max: servers.length });
      rogue.publish(`$SYS.REQ.ACCOUNT.${key}.CLAIMS.UPDATE`, jwt, { reply: '_INBOX.rogue' });
      for await (const _ of answers);
      await rogue.close();
    },
  },
};

test('whatever happens meanwhile, success is only told when every server runs the token', async () => {
  const issuedAt = nowSeconds() - 10_000;
  const scene = await startTroubledScene(issuedAt);
  const { tree, servers, service } = scene;
  const { key, identity } = tree.get('APP');
  await connectToAll(servers, Buffer.from(mintCreds(tree.get('APP'))));
  const chance = chances(SEED);
  const told = new Map<number, number>();
  for (let round = 1; round <= ROUNDS; round++) {
    const [name, trouble] = Object.entries(TROUBLES)[round % Object.keys(TROUBLES).length] ?? ['', {}];
    const { jwt } = mintAccount(tree.operator, { name: 'APP', identity, iat: issuedAt + round });
    await trouble.before?.(scene, chance);
    const answered = await trouble.around?.(scene, chance);
    const push = fetch(`${service.url}/jwt/v1/accounts/${key}?wait=${trouble.wait ?? '1500ms'}`, {
      method: 'POST',
      body: jwt,
      headers: LAST,
    });
    const over = sleep(chance() * 30)
      .then(() => trouble.during?.(scene, chance))
      .then((mend) => sleep(chance() * 800).then(mend));
    const { status } = await push;
    await answered?.();
    if (status === 200) await expectRunning(servers, key, jwt, `round ${round}, ${name}: push`);
    told.set(status, (told.get(status) ?? 0) + 1);
    await over;
    const waited = await run(['fleet', 'APP', '--wait', '60s', '--url', service.url]);
    expect([`round ${round}, ${name}`, waited.code]).toEqual([`round ${round}, ${name}`, 0]);
    await expectRunning(servers, key, jwt, `round ${round}, ${name}: fleet --wait`);
  }
  // Both answers were given, or this has shown nothing.
  expect([...told.keys()].sort()).toEqual([200, 202]);
}, 600_000);

async function startTroubledScene(issuedAt: number): Promise<TroubledScene> {
  const holder: { severable?: SeverableServers } = {};
  const scene = await startTreeScene(
    async (config) => {
      holder.severable = await startSeverable('routes', config);
      return holder.severable.servers;
    },
    (tree) => void tree.add('APP', { iat: issuedAt }),
  );
  if (holder.severable === undefined) throw new Error('no servers');
  return { ...scene, severable: holder.severable };
}

/** All servers run this token, now; one that is frozen answers when it wakes. */
async function expectRunning(
  servers: readonly NatsServer[],
  key: string,
  jwt: string,
  what: string,
): Promise<void> {
  const look = async (server: NatsServer): Promise<string> => {
    const loaded = await loadedAccount(server, key);
    return loaded?.jwt === jwt ? 'runs it' : 'runs something else';
  };
  const seen = await Promise.all(servers.map(look));
  expect([what, ...seen]).toEqual([what, ...servers.map(() => 'runs it')]);
}

function one(servers: readonly NatsServer[], chance: () => number): NatsServer {
  const server = servers[Math.floor(chance() * servers.length)];
  if (server === undefined) throw new Error('no servers');
  return server;
}

/** Numbers from 0 to 1 that are the same for the same seed (Lehmer's generator). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
