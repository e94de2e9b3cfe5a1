import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { isAbsence } from '../file-errors.js';
import { SAFELY_IN_PLACE } from '../file-reading.js';
import { jwtFileName } from '../nsc-names.js';
import { isFresh, stampOf } from '../stamp.js';
import { isTemporary } from '../temporary-files.js';
import { type LookJob, SIGHT, type Sights, unpackNames } from './jobs.js';

/** What one answer may hold; the files that do not fit in are asked for again. */
const ROOM_BYTES = 2 * 1024 * 1024;
/** Larger files are odd: one of them must not fill an answer. */
const LARGE_BYTES = 256 * 1024;

/**
 * Looks at many files with synchronous calls, which take a fifth of the processor time of asynchronous ones and may
 * hang, so: never in the main thread. The rules of a careful reading hold (`readRegularFile`); whatever is not a plain,
 * whole, regular file is left to one.
 */
export function lookAtFiles({ task, folder, shape, names, room, unseen }: LookJob): Sights {
  if (task === 'clean') return lookIntoFolders(unpackNames(names).map((name) => `${folder}/${name}`));
  const paths = unpackNames(names).map((name) => pathOf(folder, shape, name));
  if (task === 'stamp') return stampFiles(paths);
  const standsInFolder = unseen && shape === 'own-folder' ? isInFolder : () => true;
  return readFiles(paths, room ?? new ArrayBuffer(ROOM_BYTES), standsInFolder);
}

function pathOf(folder: string, shape: LookJob['shape'], name: string): string {
  return shape === 'plain' ? `${folder}/${name}` : `${folder}/${name}/${jwtFileName(name)}`;
}

function stampFiles(paths: readonly string[]): Sights {
  const kinds = new Uint8Array(paths.length);
  const stamps = new Float64Array(paths.length);
  for (const [i, path] of paths.entries()) {
    try {
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats === undefined) kinds[i] = SIGHT.absent;
      else stamps[i] = stampOf(stats);
    } catch {
      kinds[i] = SIGHT.odd;
    }
  }
  return { ...NOTHING_READ, count: paths.length, kinds, stamps };
}

const NOTHING_READ = {
  modifiedAtMs: new Float64Array(0),
  ends: new Uint32Array(0),
  room: new ArrayBuffer(0),
};

function lookIntoFolders(paths: readonly string[]): Sights {
  const kinds = Uint8Array.from(paths, (path) => (holdsTemporaryFile(path) ? SIGHT.odd : SIGHT.plain));
  return { ...NOTHING_READ, count: paths.length, kinds, stamps: new Float64Array(0) };
}

function holdsTemporaryFile(folder: string): boolean {
  try {
    return readdirSync(folder).some(isTemporary);
  } catch {
    return false;
  }
}

/** Whether what a file stands in is a directory, and no link to one. */
function isInFolder(path: string): boolean {
  try {
    return lstatSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

function readFiles(paths: readonly string[], room: ArrayBuffer, isUsual: (path: string) => boolean): Sights {
  const reading = new Reading(paths.length, room, isUsual);
  for (const path of paths) if (!reading.add(path)) break;
  return reading.sights();
}

/** The files that were read for one answer. */
class Reading {
  readonly #kinds: Uint8Array;
  readonly #stamps: Float64Array;
  readonly #modifiedAtMs: Float64Array;
  readonly #ends: Uint32Array;
  readonly #bytes: Uint8Array;
  #count = 0;
  #filled = 0;

  constructor(
    length: number,
    private readonly room: ArrayBuffer,
    private readonly isUsual: (path: string) => boolean,
  ) {
    this.#bytes = new Uint8Array(room);
    this.#kinds = new Uint8Array(length);
    this.#stamps = new Float64Array(length);
    this.#modifiedAtMs = new Float64Array(length);
    this.#ends = new Uint32Array(length);
  }

  /** Answers false when there is no room left for a file. */
  add(path: string): boolean {
    if (this.#filled + LARGE_BYTES >= this.#bytes.length) return false;
    this.#kinds[this.#count] = this.isUsual(path) ? this.#read(path) : SIGHT.odd;
    this.#ends[this.#count++] = this.#filled;
    return true;
  }

  sights(): Sights {
    return {
      count: this.#count,
      kinds: this.#kinds,
      stamps: this.#stamps,
      modifiedAtMs: this.#modifiedAtMs,
      ends: this.#ends,
      room: this.room,
    };
  }

  #read(path: string): number {
    try {
      const fd = openSync(path, SAFELY_IN_PLACE);
      try {
        return this.#readOpenFile(fd);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      return isAbsence(error) ? SIGHT.absent : SIGHT.odd;
    }
  }

  #readOpenFile(fd: number): number {
    const beforeMs = Date.now();
    // Before the bytes: a change in between then shows as another stamp at the next look.
    const stats = fstatSync(fd);
    if (!stats.isFile() || stats.size > LARGE_BYTES) return SIGHT.odd;
    // One byte more than expected: the short answer proves the end of the file without another call.
    const bytesRead = readSync(fd, this.#bytes, this.#filled, stats.size + 1, 0);
    if (bytesRead !== stats.size) return SIGHT.odd;
    this.#filled += bytesRead;
    this.#stamps[this.#count] = stampOf(stats);
    this.#modifiedAtMs[this.#count] = stats.mtimeMs;
    return isFresh(stats, beforeMs) ? SIGHT.fresh : SIGHT.plain;
  }
}
