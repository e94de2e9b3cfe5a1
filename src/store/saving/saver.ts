import { type DurableFiles, NODE_FILES } from '../durable-files.js';
import { POOL_CALLS } from './file-calls.js';
import type { Saver } from './order.js';
import { Replacing } from './replacement.js';
import { SaveThread } from './save-thread.js';

/** A saver that has to be closed when it is not needed any more. */
export interface ClosableSaver extends Saver {
  close(): void;
}

/** Opens a saver: one that uses these calls if they are given, else one that has saves done in a thread of their own. */
export function openSaver(files: DurableFiles | undefined): ClosableSaver {
  const replacing = new Replacing(files ?? NODE_FILES, POOL_CALLS);
  const here: Saver = {
    save: async (order, note, first) => {
      await first?.durable();
      return replacing.save(order, note);
    },
  };
  return files === undefined ? new SaveThread(here) : { ...here, close: () => {} };
}
