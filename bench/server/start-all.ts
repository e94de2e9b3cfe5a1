import type { Bench } from '../bench.js';
import type { Contender } from './contenders.js';
import type { RunningServer } from './process.js';

/** Contenders that run side by side, of which only one is asked at a time. */
export interface RunningContenders {
  /** Those of them that can be run here. */
  running(contenders: readonly Contender[]): readonly RunningServer[];
  stop(): Promise<void>;
}

/** A sweep belongs to no request: its cost is a question of its own, and must not fall on others that are being asked. */
const NO_SWEEP = ['--sweep', '1h'];

/** Starts contenders one after the other with so many accounts; all of them rest when it returns. */
export async function startAll(
  bench: Bench,
  size: number,
  contenders: readonly Contender[],
): Promise<RunningContenders> {
  const servers = new Map<Contender, RunningServer>();
  const stop = async (): Promise<void> => {
    for (const server of servers.values()) await server.stop();
  };
  try {
    for (const contender of bench.present(...contenders)) {
      bench.say(`starting ${contender.name}`);
      const server = await bench.start(contender, bench.accounts(size), { more: NO_SWEEP });
      servers.set(contender, server);
      await bench.settle(server);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const running = (some: readonly Contender[]) =>
    some.map((contender) => servers.get(contender)).filter((server) => server !== undefined);
  return { running, stop };
}
