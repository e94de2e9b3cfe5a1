/** Waits for work, but not longer than so long; whether it failed makes no difference. */
export async function withinTime(work: Promise<unknown>, timeMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, timeMs);
  });
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}
