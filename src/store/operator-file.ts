import type { StoreListener } from '../accounts/ports.js';
import { WatchedFile, type WatchedFileOptions } from './watched-file.js';

/** Which file holds the operator JWT. */
export type OperatorFileOptions = Omit<WatchedFileOptions, 'onRead' | 'onUnreadable'>;

/** An operator JWT in a file of its own, plain or decorated, for stores that hold none. */
export class OperatorFile {
  #file: WatchedFile | undefined;

  constructor(private readonly options: OperatorFileOptions) {}

  /** Reports the file, and again at each change. Resolves after the first report. */
  async start(listener: Pick<StoreListener, 'operatorRead' | 'operatorUnreadable'>): Promise<void> {
    const { path } = this.options;
    this.#file = new WatchedFile({
      ...this.options,
      onRead: (bytes) => listener.operatorRead(path, bytes),
      onUnreadable: (problem) => listener.operatorUnreadable(path, problem),
    });
    await this.#file.start();
  }

  /** Reads the file again and reports it, changed or not. */
  async reread(): Promise<void> {
    await this.#file?.reread();
  }

  /** Ends watching; no report follows. */
  async close(): Promise<void> {
    await this.#file?.close();
  }
}
