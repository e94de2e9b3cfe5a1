import { afterAll, onTestFinished } from 'vitest';

/** Ends something a test began: a process, a socket, a directory. */
export type CleanUp = () => void | Promise<void>;

/** What to run at the end of the test file; undefined until the setup file has arranged for it. */
let atFileEnd: CleanUp[] | undefined;

/** Called by the setup file for every test file: its hook then runs after all others of that file. */
export function arrangeFileCleanUp(): void {
  afterAll(collectCleanUps());
}

/** Where no tests run (the benchmark): what is begun from now on ends when the answered function is called. */
export function collectCleanUps(): () => Promise<void> {
  const cleanUps: CleanUp[] = [];
  atFileEnd = cleanUps;
  return async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
}

/**
 * Runs a clean-up when the running test ends, or at the end of the test file when called outside a test (`beforeAll`,
 * module level). Later registrations run first.
 */
export function atEnd(cleanUp: CleanUp): void {
  try {
    onTestFinished(cleanUp);
  } catch (cause) {
    // vitest throws when no test is running: that is how one finds out.
    if (atFileEnd === undefined)
      throw new Error('test/support/setup.ts is not among the setupFiles', { cause });
    atFileEnd.push(cleanUp);
  }
}
