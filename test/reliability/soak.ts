import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freePorts } from '../support/free-ports.js';
import { connectWith } from '../support/nats-client.js';
import { startService } from '../support/service.js';
import { metric, NatsWorld, soon } from './nats-world.js';
import { percentile, report } from './report.js';
import { RestartableCluster } from './restartable-cluster.js';
import { SteadyLoad } from './steady-load.js';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 30);
const ACCOUNTS = 200;
const SERVERS = 3;
const SAMPLE_MS = 5_000;
const RESTART_MS = 20_000;
/** Below this the memory of a young process is still settling: its drift is told and not judged. */
const JUDGED_MINUTES = 10;
const MOST_DRIFT_PERCENT = 5;

/** What the process used at a moment. */
interface Sample {
  readonly memory: number;
  readonly descriptors: number;
  /** The 99th percentile since the sample before, in milliseconds. */
  readonly loopDelayMs: number;
}

const middle = (samples: readonly Sample[], of: (sample: Sample) => number): number =>
  percentile(samples.map(of), 50);

/** How far the last quarter lies from the first, each by its median, in percent. */
function driftPercent(samples: readonly Sample[], of: (sample: Sample) => number): number {
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const first = middle(samples.slice(0, quarter), of);
  return ((middle(samples.slice(-quarter), of) - first) / first) * 100;
}

test(
  `H7: ${MINUTES} minutes of 500 GET/s and 5 POST/s, accounts that come and go, nats-servers that restart`,
  async () => {
    const world = new NatsWorld(Array.from({ length: ACCOUNTS }, (_, i) => `account-${i}`));
    const clientPorts = await freePorts(SERVERS);
    const service = await startService([...world.args(...clientPorts), '--sweep', '5s']);
    const cluster = await RestartableCluster.start(world.serverConfig(service.url), clientPorts);
    await soon(
      async () => expect(await metric(service.url, 'fleet_servers', 'present')).toBe(SERVERS),
      20_000,
    );
    const endMs = performance.now() + MINUTES * 60_000;
    const running = (): boolean => performance.now() < endMs;

    const load = new SteadyLoad(service, world);
    const restarting = (async () => {
      for (let turn = 0; running(); turn++) {
        await Promise.race([delay(RESTART_MS), delay(Math.max(0, endMs - performance.now()))]);
        if (running()) await cluster.restart(turn % SERVERS);
      }
    })();
    const loggingIn = (async () => {
      for (let turn = 0; running(); turn++) {
        const name = world.names[turn % world.names.length] ?? '';
        const server = cluster.servers[turn % SERVERS];
        // A server that is being restarted is not there: that is no fault of ours.
        const client = server && (await connectWith(server.url, world.creds(name)).catch(() => undefined));
        await client?.close();
        await delay(200);
      }
    })();
    const samples: Sample[] = [];
    const sampling = (async () => {
      while (running()) {
        await delay(SAMPLE_MS);
        samples.push({
          memory: service.memory(),
          descriptors: readdirSync(`/proc/${service.pid}/fd`).length,
          loopDelayMs: (await metric(service.url, 'event_loop_delay_seconds', 'quantile="0.99"')) * 1_000,
        });
      }
    })();
    await load.run(running);
    await Promise.all([restarting, loggingIn, sampling]);

    const warm = samples.slice(Math.floor(samples.length / 5));
    const drift = driftPercent(warm, ({ memory }) => memory);
    const descriptors = warm.map((sample) => sample.descriptors);
    const errors = service
      .log()
      .split('\n')
      .filter((line) => /"level":(?:50|60|"error"|"fatal")/.test(line));
    report(
      'H7',
      `${MINUTES} min: ${load.gets} GETs, ${load.posts} POSTs, ${load.changes} changes of the directory`,
    );
    report('H7', `memory ${middle(warm, ({ memory }) => memory).toFixed(0)} MB, drift ${drift.toFixed(1)} %`);
    report('H7', `descriptors ${Math.min(...descriptors)} to ${Math.max(...descriptors)}`);
    report(
      'H7',
      `loop delay p99 ${middle(warm, ({ loopDelayMs }) => loopDelayMs).toFixed(1)} ms (median of samples)`,
    );
    report('H7', `${load.faults.length} wrong answers, ${errors.length} errors in the log`);
    expect(load.faults.slice(0, 10)).toEqual([]);
    expect(errors.slice(0, 10)).toEqual([]);
    if (MINUTES < JUDGED_MINUTES) return;
    expect(drift).toBeLessThanOrEqual(MOST_DRIFT_PERCENT);
    const quarter = Math.floor(warm.length / 4);
    // Connections come and go; what leaks only grows.
    expect(Math.min(...descriptors.slice(-quarter))).toBeLessThanOrEqual(
      Math.max(...descriptors.slice(0, quarter)),
    );
  },
  MINUTES * 60_000 + 120_000,
);
