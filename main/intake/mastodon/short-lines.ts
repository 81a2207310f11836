const NEWLINE = 0x0a;

/**
 * Passes text on without the lines that are longer than `most` bytes; of those no more than that is held at any time.
 *
 * @param dropped told of each such line, counted from 1
 */
export async function* shortLines(
  pieces: AsyncIterable<Uint8Array>,
  most: number,
  dropped: (line: number) => void,
): AsyncGenerator<Uint8Array> {
  let line = 1;
  /** The line that has begun, copied: a reader may use its buffer again. */
  let begun: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    const passed: Uint8Array[] = [];
    let at = 0;
    while (at < piece.length) {
      const end = piece.indexOf(NEWLINE, at);
      const stop = end === -1 ? piece.length : end + 1;
      if (length <= most && length + stop - at > most) {
        dropped(line);
        begun = [];
      }
      length += stop - at;
      if (length <= most) begun.push(piece.slice(at, stop));
      if (end !== -1) {
        passed.push(...begun);
        begun = [];
        length = 0;
        line++;
      }
      at = stop;
    }
    if (passed.length > 0) yield Buffer.concat(passed);
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}
