import type { Store } from '../store/index.ts';

/** A step holds the writer for about this long, so that the owner's own acts don't wait. */
const STEP_MS = 10;
const FIRST_STEP = 20;
const LARGEST_STEP = 500;
/** From this many on, it is cheaper to mark what is deleted and write the text index anew once. */
export const MANY = 200;

/** Takes a run back step by step; steps grow and shrink with the time they take. Throws import_not_found. */
export async function undoRun(
  store: Pick<Store, 'read' | 'write'>,
  run: string,
): Promise<{ removed: number; kept: number }> {
  const total = { removed: 0, kept: 0 };
  if ((await store.read('records.runSize', { run })) >= MANY) await store.write('records.deferForgetting', {});
  let limit = FIRST_STEP;
  for (;;) {
    const started = performance.now();
    const step = await store.write('records.undoRunStep', { run, limit }, { priority: 'import' });
    total.removed += step.removed;
    total.kept += step.kept;
    if (step.done) return total;
    const factor = STEP_MS / Math.max(0.5, performance.now() - started);
    limit = Math.round(Math.min(LARGEST_STEP, Math.max(5, limit * Math.min(2, Math.max(0.5, factor)))));
  }
}
