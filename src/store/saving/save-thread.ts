import { Worker } from 'node:worker_threads';
import type { Pending } from '../../accounts/ledger.js';
import { type HandedEntries, PendingEntries } from '../state/handed-entries.js';
import { threadProgram } from '../thread-program.js';
import type { SaveNote, SaveOrder, SaveResult, Saver } from './order.js';
import { type LedgerEnd, type Said, type Told, unpackError } from './wire.js';

/** It takes 30 ms to start and 10 MB to be there, so that it is worth while for many saves a second, or at a time... */
const MANY_A_SECOND = 16;
const MANY_AT_ONCE = 8;
const SECOND_MS = 1_000;
/** ...and until there were none for so long. */
const IDLE_MS = 10_000;

interface Asked {
  readonly resolve: (result: SaveResult) => void;
  readonly reject: (error: Error) => void;
  readonly note: (note: SaveNote) => void;
  readonly entries: HandedEntries | undefined;
}

/** The ledger that an order relies on has lost its name: what it has to hold goes into another file first. */
class LedgerMoved extends Error {}

/**
 * Has saves done in a thread of their own, by synchronous calls: a save of 20 calls takes one message there and one back
 * instead of 20 trips to the thread pool, a third of the processor time. The thread is started when many saves come in a
 * second, none of which waits for it, and ends when none has come for a while.
 */
export class SaveThread implements Saver {
  #worker: Worker | undefined;
  #ready = false;
  readonly #asked = new Map<number, Asked>();
  #lastId = 0;
  #idle: NodeJS.Timeout | undefined;
  /** The saves of the second that began then. */
  #second = { beganAtMs: 0, saves: 0 };
  /** Saves that are done without the thread now. */
  #besides = 0;
  /** It is not to be had any more. */
  #closed = false;

  /**
   * @param meanwhile does what comes while the thread is not there
   * @param program what the thread runs; this project's own unless a test gives another
   */
  constructor(
    private readonly meanwhile: Saver,
    private readonly program: URL = threadProgram('saving'),
  ) {}

  async save(order: SaveOrder, note: (note: SaveNote) => void, first?: Pending): Promise<SaveResult> {
    const worker = this.#closed ? undefined : this.#running();
    if (worker === undefined) return this.#saveBesides(order, note, first);
    if (first === undefined) return this.#tell(worker, order, note, undefined);
    // In one go with telling it: what is handed over is written in this order.
    const entries = first instanceof PendingEntries ? first.handOver() : undefined;
    if (entries !== undefined) {
      try {
        return await this.#tell(worker, order, note, entries);
      } catch (error) {
        if (!(error instanceof LedgerMoved)) throw error;
      }
    }
    await first.durable();
    return this.save(order, note);
  }

  #tell(
    worker: Worker,
    order: SaveOrder,
    note: (note: SaveNote) => void,
    entries: HandedEntries | undefined,
  ): Promise<SaveResult> {
    const id = ++this.#lastId;
    const told: Told = { id, order, entries: entries && { file: entries.file, text: entries.text } };
    if (this.#asked.size === 0) worker.ref();
    worker.postMessage(told);
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject, note, entries }));
  }

  /** Ends the thread after the saves that it was told of. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#idle);
    this.#endIfIdle();
  }

  async #saveBesides(
    order: SaveOrder,
    note: (note: SaveNote) => void,
    first: Pending | undefined,
  ): Promise<SaveResult> {
    this.#besides++;
    try {
      return await this.meanwhile.save(order, note, first);
    } finally {
      this.#besides--;
    }
  }

  /** The thread, once it runs. */
  #running(): Worker | undefined {
    if (this.#worker === undefined && !this.#areMany()) return undefined;
    try {
      this.#worker ??= this.#start();
    } catch {
      // The machine has no thread left: then it goes without.
      this.#closed = true;
      return undefined;
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#endIfIdle(), IDLE_MS).unref();
    return this.#ready ? this.#worker : undefined;
  }

  #areMany(): boolean {
    const now = performance.now();
    if (now - this.#second.beganAtMs > SECOND_MS) this.#second = { beganAtMs: now, saves: 0 };
    return ++this.#second.saves >= MANY_A_SECOND || this.#besides >= MANY_AT_ONCE;
  }

  #start(): Worker {
    const worker = new Worker(this.program, { execArgv: [], stdin: false });
    worker.unref();
    worker.once('online', () => {
      this.#ready = true;
    });
    // The other end of this channel is our own program, which sends nothing else.
    worker.on('message', (said: Said) => this.#hear(said));
    worker.on('error', (error) => this.#lose(worker, error));
    worker.on('exit', () => this.#lose(worker, new Error('the thread of saves ended')));
    return worker;
  }

  #hear(said: Said): void {
    const asked = this.#asked.get(said.id);
    if ('note' in said) {
      asked?.note(said.note);
      return;
    }
    this.#asked.delete(said.id);
    if (this.#asked.size === 0) this.#worker?.unref();
    if (this.#closed) this.#endIfIdle();
    const lost = asked?.entries && endEntries(asked.entries, said.ledger);
    if (lost !== undefined) asked?.reject(lost);
    else if ('result' in said) asked?.resolve(said.result);
    else asked?.reject(unpackError(said.failure));
  }

  #endIfIdle(): void {
    if (this.#asked.size > 0) return;
    const told: Told = 'end';
    this.#worker?.postMessage(told);
    this.#worker = undefined;
    this.#ready = false;
  }

  /** Nobody knows what became of what it was told; from now on saves are done without it. */
  #lose(worker: Worker, error: Error): void {
    if (worker !== this.#worker) return;
    this.#closed = true;
    this.#worker = undefined;
    for (const { reject, entries } of this.#asked.values()) {
      entries?.lost(error);
      reject(error);
    }
    this.#asked.clear();
  }
}

/** Tells the ledger what became of its entries. @returns why the order was not carried out, if they were not written */
function endEntries(entries: HandedEntries, end: LedgerEnd | undefined): Error | undefined {
  if (end?.kind === 'written') {
    entries.written();
    return undefined;
  }
  if (end?.kind === 'failed') return entries.lost(unpackError(end.failure).cause);
  entries.lost(undefined);
  return new LedgerMoved();
}
