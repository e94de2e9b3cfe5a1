/**
 * The parts of prom-client that the service starts with. Its index loads the client of a push gateway, quantiles and
 * OpenTelemetry as well, which together take four times as long as these.
 */

export { default as Counter } from 'prom-client/lib/counter.js';
export { default as Gauge } from 'prom-client/lib/gauge.js';
export { default as Histogram } from 'prom-client/lib/histogram.js';
export { default as Registry } from 'prom-client/lib/registry.js';
