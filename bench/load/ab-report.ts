import type { LoadResult } from './load.js';

/** Reads what ab prints at its end. It knows times of answers in whole milliseconds only. */
export function readAbReport(report: string): LoadResult {
  const number = (line: RegExp, otherwise?: number): number => {
    const found = line.exec(report)?.[1] ?? otherwise;
    if (found === undefined) throw new Error(`no ${line.source} in the report of ab`);
    return Number(found);
  };
  return {
    requests: number(/^Complete requests: +(\d+)/m),
    requestsPerSecond: number(/^Requests per second: +([\d.]+)/m),
    p50: number(/^ +50% +(\d+)/m),
    p99: number(/^ +99% +(\d+)/m),
    failures: number(/^Failed requests: +(\d+)/m),
    refusals: number(/^Non-2xx responses: +(\d+)/m, 0),
  };
}
