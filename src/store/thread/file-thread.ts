import { Worker } from 'node:worker_threads';
import { threadProgram } from '../thread-program.js';
import type { Answer, Entries, Failure, Job, LookJob, Sights } from './jobs.js';

/** From where on the thread is faster, though it may have to be started. */
export interface Worth {
  /** Files to read. */
  readonly read: number;
  /** Files of which only the stamps are asked. */
  readonly stamp: number;
  /** Size of a directory to list, which tells of hundreds of entries (ext4, xfs, btrfs, tmpfs: 16 to 40 bytes each). */
  readonly listBytes: number;
}

const WORTH: Worth = { read: 500, stamp: 3_000, listBytes: 16_384 };

/** What a test may want otherwise. */
export interface FileThreadOptions {
  /** What the thread runs; this project's own unless given. */
  readonly program?: URL;
  readonly worth?: Worth;
}

/** Longer than the time between two sweeps: to start costs 30 ms each time, to stay 8 MB and no processor time. */
const IDLE_MS = 60_000;

/** What it makes is short-lived: with the room that Node gives to a program it would take 20 MB more. */
const SMALL = { maxYoungGenerationSizeMb: 2 };

interface Asked {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A thread for the file system calls of whole directories. Synchronous calls take a fifth of the processor time of
 * asynchronous ones (100,000 files are read in 0.7 s instead of 5 s); when the file system hangs it is this thread that
 * waits, and not the one that answers GETs. It is started when there is work and ends when there was none for a while.
 */
export class FileThread {
  #worker: Worker | undefined;
  /** The jobs that were not answered yet, in their order. */
  #asked: Asked[] = [];
  #idle: NodeJS.Timeout | undefined;
  #problem: Error | undefined;
  #standsBack = false;

  readonly #program: URL;
  readonly #worth: Worth;

  constructor({ program = threadProgram('thread'), worth = WORTH }: FileThreadOptions = {}) {
    this.#program = program;
    this.#worth = worth;
  }

  /** Whether this much work is worth a thread; never once it has failed. */
  isWorth(work: keyof Worth, amount: number): boolean {
    return this.#problem === undefined && amount >= this.#worth[work];
  }

  /** Whether more work would be done without starting it. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** From now on others answer GETs meanwhile: the thread lets them go first. */
  standBack(): void {
    this.#standsBack = true;
    this.#worker?.postMessage('stand back');
  }

  /** @throws an error with the code of the system call when the directory cannot be listed */
  async list(folder: string): Promise<Entries> {
    const answer = await this.#ask({ task: 'list', folder });
    if ('entries' in answer) return answer.entries;
    throw unexpected(answer);
  }

  /** Looks at the files of one pack of names. */
  async look(job: LookJob): Promise<Sights> {
    const answer = await this.#ask(job, job.room && [job.room]);
    if ('sights' in answer) return answer.sights;
    throw unexpected(answer);
  }

  /** Ends the thread after the job that it is at; what else was asked is rejected. */
  close(): void {
    this.#fail(new Error('the store was closed'));
  }

  #ask(job: Job, given: ArrayBuffer[] = []): Promise<Answer> {
    if (this.#problem !== undefined) return Promise.reject(this.#problem);
    clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#worker.postMessage(job, given);
    return new Promise((resolve, reject) => this.#asked.push({ resolve, reject }));
  }

  #start(): Worker {
    const worker = new Worker(this.#program, { execArgv: [], stdin: false, resourceLimits: SMALL });
    // The other end of this channel is our own program, which sends nothing else.
    worker.on('message', (answer: Answer) => this.#take(answer));
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', () => {
      if (worker === this.#worker) this.#fail(new Error('the file thread ended'));
    });
    if (this.#standsBack) worker.postMessage('stand back');
    return worker;
  }

  #take(answer: Answer): void {
    this.#asked.shift()?.resolve(answer);
    if (this.#asked.length > 0) return;
    this.#worker?.unref();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#end(), IDLE_MS).unref();
  }

  /** Lets the thread finish its job: one that is terminated in the middle may leave a file open. */
  #end(): void {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.postMessage('end');
    worker?.unref();
  }

  #fail(error: Error): void {
    this.#problem ??= error;
    this.#end();
    for (const { reject } of this.#asked.splice(0)) reject(error);
  }
}

function unexpected(answer: Answer): Error {
  const { code, message }: Failure =
    'failure' in answer ? answer.failure : { code: '', message: 'no answer' };
  return Object.assign(new Error(message), code === '' ? {} : { code });
}
