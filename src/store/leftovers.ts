import { forEachLimited, READING_LANES } from './limited.js';
import type { Places } from './places.js';
import { batchesOf, Survey } from './survey.js';
import { removeAbandoned } from './temporary-files.js';
import type { FileThread } from './thread/file-thread.js';
import { SIGHT } from './thread/jobs.js';

/**
 * Removes what a process left behind in account directories that was killed in the middle of a save; nsc cannot delete
 * such a directory. Answers how many files these were.
 */
export async function removeLeftovers(
  places: Places,
  thread: FileThread,
  ended: () => boolean,
): Promise<number> {
  const folders = thread.isWorth('read', places.size) ? await findFolders(places, thread, ended) : undefined;
  let removed = 0;
  if (ended()) return removed;
  await forEachLimited(folders ?? allFolders(places), READING_LANES, async (folder) => {
    const here = ended() ? 0 : await removeAbandoned(folder);
    removed += here;
  });
  return removed;
}

function* allFolders(places: Places): Iterable<string> {
  for (const { folder } of places.values()) if (folder !== undefined) yield folder;
}

/** The folders with something to remove, as far as the thread sees into them; undefined when it fails. */
async function findFolders(
  { groups, others }: Places,
  thread: FileThread,
  ended: () => boolean,
): Promise<string[] | undefined> {
  const found = others.flatMap(({ folder }) => folder ?? []);
  const survey = new Survey(thread, ended, async ({ group }, names, { kinds }) => {
    for (const [i, name] of names.entries()) {
      const { folder } = group.placeOf(name);
      if (kinds[i] === SIGHT.odd && folder !== undefined) found.push(folder);
    }
    return [];
  });
  try {
    await survey.run(batchesOf(groups, 'clean'));
    return found;
  } catch {
    return undefined;
  }
}
