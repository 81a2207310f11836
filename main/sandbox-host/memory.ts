import type { Batch } from '../../protocol/batch.ts';
import type { RunRequest } from '../../protocol/sandbox-run.ts';

const MB = 1024 * 1024;
/** Isolates smaller than this are not made. */
export const MIN_CLASS_MB = 64;

/**
 * Megabytes for the isolate of a run: what the manifest allows for the algorithm's own work, and the batch it is given.
 * Rounded up to a power of two, so that waiting isolates fit most requests.
 */
export function memoryClass(request: RunRequest): number {
  const wanted = request.memoryMb + Math.ceil((2 * batchBytes(request.batch)) / MB);
  return Math.min(4096, Math.max(MIN_CLASS_MB, 2 ** Math.ceil(Math.log2(wanted))));
}

function batchBytes(batch: Batch): number {
  let bytes = 0;
  for (const columns of [batch, batch.author]) {
    for (const type of ['f64', 'u32', 'u8'] as const) {
      const table: Partial<Record<string, { byteLength: number }>> = columns[type];
      for (const column of Object.values(table)) bytes += column?.byteLength ?? 0;
    }
  }
  const arena = batch.text?.arena;
  if (typeof arena === 'string') bytes += arena.length * 2;
  else bytes += arena?.byteLength ?? 0;
  return bytes + (batch.text?.off.byteLength ?? 0);
}
