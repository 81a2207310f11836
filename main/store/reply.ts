import { isMarkedAsUntransferable } from 'node:worker_threads';

/** Smaller buffers are cheaper to copy than to move. */
const WORTH_MOVING = 64 * 1024;

/** The large buffers of an operation's output, up to three levels down: they are moved to the caller, not copied. */
export function movable(output: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  collect(output, 3, found);
  return [...found];
}

function collect(value: unknown, depth: number, found: Set<ArrayBuffer>): void {
  if (typeof value !== 'object' || value === null) return;
  if (ArrayBuffer.isView(value)) {
    const { buffer } = value;
    const whole = value.byteLength === buffer.byteLength;
    if (
      buffer instanceof ArrayBuffer &&
      whole &&
      buffer.byteLength >= WORTH_MOVING &&
      !isMarkedAsUntransferable(buffer)
    )
      found.add(buffer);
    return;
  }
  if (depth === 0) return;
  // A long list is rows, not columns.
  if (Array.isArray(value) && value.length > 256) return;
  for (const part of Object.values(value)) collect(part, depth - 1, found);
}
