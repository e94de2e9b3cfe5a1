import { type Int64, type JetStreamLimits, NO_LIMIT, type OperatorLimits } from '../../claims/types.js';
import type { Row } from '../table.js';
import type { Section } from './section.js';

/** A limit in words. */
export function describeLimit(limit: Int64): string {
  return limit === NO_LIMIT ? 'unlimited' : String(limit);
}

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** A limit of bytes in words: `1073741824 (1 GiB)`. */
export function describeBytes(limit: Int64): string {
  if (limit === NO_LIMIT) return 'unlimited';
  let size = Number(limit);
  let unit = '';
  for (const next of UNITS) {
    if (size < 1024) break;
    size /= 1024;
    unit = next;
  }
  return unit === '' ? String(limit) : `${limit} (${Number(size.toFixed(1))} ${unit})`;
}

/** What an account may use. */
export function limitSections(limits: OperatorLimits): Section[] {
  const tiers = [...limits.tiered_limits].map(([tier, tierLimits]) => ({
    title: `JetStream limits of the tier ${tier}`,
    rows: jetStreamRows(tierLimits),
  }));
  return [
    { title: 'Limits', rows: natsRows(limits) },
    { title: 'JetStream limits', rows: jetStreamRows(limits) },
    ...tiers,
  ];
}

function natsRows(limits: OperatorLimits): Row[] {
  return [
    ['connections', describeLimit(limits.conn)],
    ['leaf nodes', describeLimit(limits.leaf)],
    ['subscriptions', describeLimit(limits.subs)],
    ['payload', describeBytes(limits.payload)],
    ['data', describeBytes(limits.data)],
    ['imports', describeLimit(limits.imports)],
    ['exports', describeLimit(limits.exports)],
    ['wildcard exports', limits.wildcards ? 'allowed' : 'forbidden'],
    ['bearer users', limits.disallow_bearer ? 'forbidden' : 'allowed'],
  ];
}

/** No rows when JetStream is off: neither memory nor disk. */
function jetStreamRows(limits: JetStreamLimits): Row[] {
  if (limits.mem_storage === 0 && limits.disk_storage === 0) return [];
  return [
    ['memory', describeBytes(limits.mem_storage)],
    ['disk', describeBytes(limits.disk_storage)],
    ['streams', describeLimit(limits.streams)],
    ['consumers', describeLimit(limits.consumer)],
    ['pending acks', describeLimit(limits.max_ack_pending)],
    ['memory of a stream', describeBytes(limits.mem_max_stream_bytes)],
    ['disk of a stream', describeBytes(limits.disk_max_stream_bytes)],
    ['size has to be given', limits.max_bytes_required ? 'yes' : 'no'],
  ];
}
