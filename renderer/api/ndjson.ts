/** Longest line that is accepted, in UTF-16 code units. */
const LINE_MAX = 4 * 1024 * 1024;

/** Yields each line of a streamed answer as JSON; an unfinished last line is dropped. */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<unknown, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      buffer += decoder.decode(value, { stream: !done });
      let end = buffer.indexOf('\n');
      while (end >= 0) {
        const line = buffer.slice(0, end).trim();
        buffer = buffer.slice(end + 1);
        if (line !== '') yield JSON.parse(line);
        end = buffer.indexOf('\n');
      }
      if (buffer.length > LINE_MAX) throw new RangeError('line too long');
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
