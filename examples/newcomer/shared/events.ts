export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Server-sent events of a response body. `EventSource` cannot be used: it sends no proof of its own. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const lines = block.split('\n');
        const after = (name: string): string =>
          lines
            .filter((line) => line.startsWith(`${name}: `))
            .map((line) => line.slice(name.length + 2))
            .join('\n');
        // Lines that begin with a colon are comments that keep the connection alive.
        if (after('data') !== '') yield { event: after('event'), data: after('data') };
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
