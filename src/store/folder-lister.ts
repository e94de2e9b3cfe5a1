import type { Stats } from 'node:fs';
import { entriesOf } from './thread/entries.js';
import type { FileThread } from './thread/file-thread.js';
import type { Entries } from './thread/jobs.js';

/** Lists directories: the large ones in the file thread, where nobody waits for it. */
export class FolderLister {
  constructor(private readonly thread?: FileThread) {}

  /**
   * @param stats of the directory
   * @throws a system error when it cannot be listed
   */
  list(folder: string, { size }: Stats): Promise<Entries> {
    return this.thread?.isWorth('listBytes', size) ? this.thread.list(folder) : entriesOf(folder);
  }
}
