import type { Json, JsonObject } from '../../../protocol/json.ts';
import { OWNER_ACTOR } from '../../../protocol/record.ts';
import { putRecord, relationUri } from '../body.ts';
import { textOf } from '../json/read-json.ts';
import type { FileContext, Sink } from '../sink.ts';

/**
 * The items of `likes.json` and `bookmarks.json` of an account export are bare addresses: what the owner did with them
 * is told by the collection's own id. False: not such an item.
 */
export function putExportItem(sink: Sink, value: Json, head: JsonObject, context: FileContext, where: string): boolean {
  if (typeof value !== 'string') return false;
  const id = textOf(head['id']) ?? '';
  const isLike = /(?:^|\/)(?:likes|liked|favourites)(?:\.json)?$/.test(id);
  const isBookmark = /(?:^|\/)bookmarks(?:\.json)?$/.test(id);
  if (!isLike && !isBookmark) return false;
  const actor = context.owner ?? OWNER_ACTOR;
  const datatype = isLike ? 'social.reaction' : 'social.bookmark';
  putRecord(
    sink,
    {
      datatype,
      uri: relationUri(datatype, isLike ? `Like ${actor}` : actor, value),
      source: context.owner ?? context.source ?? OWNER_ACTOR,
      time: null,
      mine: true,
      body: { type: isLike ? 'Like' : 'Add', actor, object: value },
    },
    where,
  );
  return true;
}
