import { stat } from 'node:fs/promises';
import type { Anchor } from './order.js';

/** The directory in which accounts lie, as it was last found. */
export interface Home {
  /** Without links. */
  readonly path: string;
  /** Tells whether the administrator's path still leads there. */
  readonly anchor: Anchor;
}

/** The home that an administrator's path leads to, if this is where it leads. */
export async function findHome(given: string, path: string): Promise<Home | undefined> {
  const [here, there] = await Promise.all([given, path].map((each) => stat(each).catch(() => undefined)));
  if (here === undefined || here.dev !== there?.dev || here.ino !== there.ino) return undefined;
  return { path, anchor: { path: given, dev: here.dev, ino: here.ino } };
}
