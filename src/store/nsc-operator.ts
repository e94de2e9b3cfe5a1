import { basename, join, resolve } from 'node:path';
import { readRegularFile } from './file-reading.js';
import { resolveInside } from './links.js';
import { jwtFileName, unsafeName } from './nsc-names.js';
import type { RootFolder } from './root-folder.js';
import type { FoundFile } from './single-file.js';

/**
 * Finds the operator JWT of an nsc operator directory: `.nsc` names the operator, and the file is called after it (the
 * directory may be called anything). Without a readable `.nsc` the directory's own name is tried.
 */
export class NscOperatorFile {
  #name: string | undefined;

  constructor(
    private readonly directory: string,
    private readonly rootFolder: RootFolder,
  ) {}

  /** Undefined while the directory itself is not to be had. */
  async find(): Promise<FoundFile | undefined> {
    const root = await this.rootFolder.find();
    if (!root.ok) return undefined;
    // A `.nsc` that cannot be read for a moment does not rename the operator.
    this.#name = (await readName(root.path)) ?? this.#name ?? basename(resolve(this.directory));
    const path = join(root.path, jwtFileName(this.#name));
    return { path, reading: await readInside(root.path, path) };
  }
}

async function readName(root: string): Promise<string | undefined> {
  const reading = await readInside(root, join(root, '.nsc'));
  if (reading.kind !== 'file') return undefined;
  try {
    const info: unknown = JSON.parse(reading.bytes.toString('utf8'));
    const name = typeof info === 'object' && info !== null && 'name' in info ? info.name : undefined;
    return typeof name === 'string' && unsafeName(name) === undefined ? name : undefined;
  } catch {
    return undefined;
  }
}

async function readInside(root: string, path: string): Promise<FoundFile['reading']> {
  const reading = await readRegularFile(path, 'refuse');
  if (reading.kind !== 'link') return reading;
  const inside = await resolveInside(root, path);
  if (inside.kind === 'inside') return readRegularFile(inside.path, 'refuse');
  return inside.kind === 'absent' ? inside : { kind: 'unreadable', problem: inside.problem };
}
