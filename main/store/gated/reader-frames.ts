import type { Readable, Writable } from 'node:stream';

/** A frame is its length in four bytes, then its bytes. */
const PREFIX_BYTES = 4;

export function writeFrame(stream: Writable, bytes: Uint8Array, written?: () => void): void {
  const head = Buffer.alloc(PREFIX_BYTES);
  head.writeUInt32LE(bytes.byteLength, 0);
  stream.cork();
  stream.write(head);
  stream.write(bytes, () => written?.());
  stream.uncork();
}

/** Reads frames of at most `max` bytes; `tooLong` is called once for a longer one, and nothing is read after it. */
export function readFrames(stream: Readable, max: number, frame: (bytes: Buffer) => void, tooLong: () => void): void {
  let kept: Buffer[] = [];
  let length = 0;
  let isBroken = false;

  function take(count: number): Buffer {
    const all = kept.length === 1 ? (kept[0] ?? Buffer.alloc(0)) : Buffer.concat(kept);
    const rest = all.subarray(count);
    kept = rest.length === 0 ? [] : [rest];
    length = rest.length;
    return all.subarray(0, count);
  }

  let expected: number | null = null;
  stream.on('data', (chunk: Buffer) => {
    if (isBroken) return;
    kept.push(chunk);
    length += chunk.length;
    for (;;) {
      if (expected === null) {
        if (length < PREFIX_BYTES) return;
        expected = take(PREFIX_BYTES).readUInt32LE(0);
        if (expected > max) {
          isBroken = true;
          kept = [];
          tooLong();
          return;
        }
      }
      if (length < expected) return;
      const bytes = take(expected);
      expected = null;
      frame(bytes);
    }
  });
}
