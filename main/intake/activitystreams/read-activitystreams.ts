import type { Json, JsonObject } from '../../../protocol/json.ts';
import { JsonStream } from '../json/json-stream.ts';
import { isObject, parseJson, recordedBody, textOf } from '../json/read-json.ts';
import type { FileContext, Sink } from '../sink.ts';
import { mainType, normalise } from './normalise.ts';
import { collectionSource, putActivityStreams } from './to-records.ts';
import { COLLECTION_TYPES } from './types.ts';

/**
 * Reads ActivityStreams JSON: one object or activity, an array, a collection or a page of one, or several of those one
 * after another. Items are handed on as they are read.
 */
export async function readActivityStreams(
  pieces: AsyncIterable<Uint8Array>,
  sink: Sink,
  context: FileContext,
  putItem: (value: Json, head: JsonObject, where: string) => boolean = () => false,
): Promise<void> {
  const { file } = context;
  let streamed = 0;
  const stream = new JsonStream({
    streams: (key) => key === 'items' || key === 'orderedItems',
    element(value, index, key, head) {
      const where = `${file}[${index}]`;
      if (key !== '') streamed++;
      const source = context.source ?? (key === '' ? null : collectionSource(head));
      if (!putItem(value, head, where)) putActivityStreams(sink, value, { ...context, source }, where);
    },
    document(members) {
      const head = unwrapped(members);
      const type = mainType(normalise(head));
      // The items of a collection are in already; what may be left of it is a page inside.
      if (streamed > 0 && head['first'] === undefined) {
        streamed = 0;
        return;
      }
      const isEmptyList = type !== null && COLLECTION_TYPES.has(type) && head['first'] === undefined;
      if (isEmptyList) sink.skip('a collection without items', file);
      else putActivityStreams(sink, head, context, file);
      streamed = 0;
    },
    bad: (reason, index) => sink.skip(reason, `${file}[${index}]`),
  });
  for await (const piece of pieces) {
    if (!stream.push(piece)) return;
    await sink.drain();
  }
  stream.end();
  await sink.drain();
}

/** What an answer recorded with its headers says, else the object itself. */
function unwrapped(head: JsonObject): JsonObject {
  const body = recordedBody(head);
  if (body === null) return head;
  try {
    const value = parseJson(body);
    return isObject(value) ? value : head;
  } catch {
    return head;
  }
}

/** Whether a value names an actor whose files lie beside it, as the actor of an account export does. */
export function exportedActor(head: JsonObject): string | null {
  const outbox = textOf(head['outbox']);
  return outbox !== null && !outbox.includes(':') && isObject(head) ? textOf(head['id']) : null;
}
