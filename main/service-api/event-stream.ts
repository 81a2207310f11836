import { problemDocument } from '../http/index.ts';
import type { Answer } from '../contracts/index.ts';
import type { ChangePage } from '../../protocol/service/records.ts';

export const EVENT_STREAM = 'text/event-stream';
/** A silent connection would be taken for a dead one. */
export const HEARTBEAT_MS = 15_000;

interface Quiet {
  readonly passed: Promise<null>;
  cancel(): void;
}

function quiet(milliseconds: number): Quiet {
  const { promise, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), milliseconds);
  return { passed: promise, cancel: () => clearTimeout(timer) };
}

function cursorOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const cursor: unknown = Reflect.get(value, 'cursor' satisfies keyof ChangePage);
  return typeof cursor === 'string' ? cursor : '';
}

/** One page of changes as an event; its id is the cursor to go on from. JSON has no line breaks of its own. */
function eventOf(answer: Answer): string {
  if (answer.kind === 'refused') return `event: end\ndata: ${JSON.stringify(problemDocument(answer.error))}\n\n`;
  return `id: ${cursorOf(answer.value)}\nevent: changes\ndata: ${answer.json}\n\n`;
}

/**
 * Pages of changes as server-sent events, with a comment where nothing happens. Ends with the pages; a refusal is the last
 * event, `end`.
 *
 * @param first what the source is already known to answer, or null where it has not answered yet
 */
export async function* eventsOf(
  first: Answer | null,
  source: AsyncIterator<Answer>,
  everyMs: number,
  pending?: Promise<IteratorResult<Answer>>,
): AsyncGenerator<string> {
  // Sent at once, so that the service knows that the stream is open.
  yield ': open\n\n';
  let next = pending ?? (first === null ? source.next() : null);
  try {
    if (first !== null) yield eventOf(first);
    for (;;) {
      next ??= source.next();
      const pause = quiet(everyMs);
      const result = await Promise.race([next, pause.passed]).finally(() => pause.cancel());
      if (result === null) {
        yield ': still here\n\n';
        continue;
      }
      if (result.done === true) return;
      next = null;
      yield eventOf(result.value);
      if (result.value.kind === 'refused') return;
    }
  } finally {
    // Not awaited: a source that waits for its next change ends with the caller's signal.
    next?.catch(() => undefined);
    source.return?.().catch(() => undefined);
  }
}
