import { open } from 'node:fs/promises';
import { NODE_STATE_FILES, type StateFiles } from '../state/state-files.js';

/** The file system calls on an audit directory, so that a test can make each of them fail. */
export interface AuditFiles
  extends Pick<StateFiles, 'makeDirectory' | 'list' | 'openToAppend' | 'syncDirectory'> {
  /** The last bytes of a file, at most so many. */
  readEnd(path: string, bytes: number): Promise<Buffer>;
}

/** The real file system. */
export const NODE_AUDIT_FILES: AuditFiles = {
  ...NODE_STATE_FILES,
  async readEnd(path, bytes) {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(Math.min(size, bytes));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  },
};
