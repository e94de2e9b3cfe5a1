import { type FileReading, isUntouched, readRegularFile } from './file-reading.js';
import type { Layout } from './layout.js';
import type { Place } from './places.js';
import type { Stamp } from './stamp.js';
import type { TogetherReader } from './together.js';

/** What a slot's place holds, and where that is. */
export interface Finding {
  readonly reading: FileReading | { readonly kind: 'untouched' };
  readonly place: Place | undefined;
}

/** Finds and reads the file of a slot, and spares the reading when the file was not touched since. */
export class PlaceReader {
  /** @param together for crowds of slots */
  constructor(
    private readonly layout: Layout,
    private readonly together?: TogetherReader,
  ) {}

  /**
   * @param known where the slot is, if a listing has just shown it
   * @param stamp spares the reading while the file has it
   */
  async read(slot: string, known: Place | undefined, stamp: Stamp | undefined): Promise<Finding> {
    const end = this.together?.begin();
    try {
      const found = known === undefined ? await this.#readTogether(slot, stamp) : undefined;
      return found ?? (await this.#readAlone(slot, known, stamp));
    } finally {
      end?.();
    }
  }

  /** Undefined when there is no crowd, or something odd stands there. */
  async #readTogether(slot: string, stamp: Stamp | undefined): Promise<Finding | undefined> {
    if (!this.together?.isWorth) return undefined;
    const usual = this.layout.usualPlace?.(slot);
    const reading = usual && (await this.together.read(usual));
    if (reading === undefined) return undefined;
    const isUntouched = reading.kind === 'file' && reading.stamp === stamp;
    return { reading: isUntouched ? { kind: 'untouched' } : reading, place: usual?.place };
  }

  async #readAlone(slot: string, known: Place | undefined, stamp: Stamp | undefined): Promise<Finding> {
    const place = known ?? (await this.layout.locate(slot));
    if (place === undefined) return { reading: { kind: 'absent' }, place };
    if (place.problem !== undefined) {
      return { reading: { kind: 'unreadable', problem: place.problem }, place };
    }
    if (stamp !== undefined && (await isUntouched(place.path, stamp))) {
      return { reading: { kind: 'untouched' }, place };
    }
    const reading = await readRegularFile(place.path, 'refuse');
    return { reading: reading.kind === 'link' ? await this.#readLinked(place.path) : reading, place };
  }

  /** A linked file counts while it stays inside the root (Kubernetes mounts consist of such links). */
  async #readLinked(path: string): Promise<FileReading> {
    const inside = await this.layout.resolve(path);
    if (inside.kind === 'absent') return inside;
    if (inside.kind === 'refused') return { kind: 'unreadable', problem: inside.problem };
    return readRegularFile(inside.path, 'refuse');
  }
}
