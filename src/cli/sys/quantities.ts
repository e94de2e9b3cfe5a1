/** What stands for what a server did not say. */
export const UNSAID = '-';

const units = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** `3d 4h`, `12m 5s`, `0s`: the two largest units. */
export function showSpan(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = units.map(([unit, size], index) => {
    const [, larger] = units[index - 1] ?? ['', Number.POSITIVE_INFINITY];
    return { unit, count: Math.floor((seconds % larger) / size) };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  const shown = first < 0 ? parts.slice(-1) : parts.slice(first, first + 2);
  return shown.map(({ count, unit }) => `${count}${unit}`).join(' ');
}

/** `16.2 MiB`. */
export function showBytes(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const unit = ['B', 'KiB', 'MiB', 'GiB', 'TiB'][power] ?? 'B';
  return power === 0 ? `${bytes} B` : `${(bytes / 1024 ** power).toFixed(1)} ${unit}`;
}

/** `12,345`. */
export const showCount = (count: number): string => count.toLocaleString('en-US');

/** `3.5%`. */
export const showPercent = (percent: number): string => `${Math.round(percent * 10) / 10}%`;

/** `1.3 ms`. */
export const showMs = (ms: number): string => `${ms.toFixed(1)} ms`;

/** Shows a value that may be unsaid. */
export const shown = (value: number | undefined, show: (value: number) => string): string =>
  value === undefined ? UNSAID : show(value);
