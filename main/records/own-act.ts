import type { Datatype } from '../../protocol/datatypes.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Act } from '../../protocol/owner/data.ts';
import { OWNER_ACTOR, type IntakeRecord } from '../../protocol/record.ts';

interface ActKind {
  readonly datatype: Datatype;
  readonly type: string;
  /** Types of imported records that are the same act. */
  readonly kinds: readonly string[];
  readonly about: 'post' | 'author';
}

/** How each act is written down; `IntakeRecord` says what the types mean. */
export const ACT_KINDS: Readonly<Record<Act, ActKind>> = {
  like: { datatype: 'social.reaction', type: 'Like', kinds: ['Like', 'EmojiReact'], about: 'post' },
  save: { datatype: 'social.bookmark', type: 'Add', kinds: [], about: 'post' },
  hide: { datatype: 'social.reaction', type: 'Ignore', kinds: ['Ignore'], about: 'post' },
  more: { datatype: 'social.reaction', type: 'More', kinds: ['More'], about: 'post' },
  less: { datatype: 'social.reaction', type: 'Dislike', kinds: ['Dislike'], about: 'post' },
  mute: { datatype: 'social.mute', type: 'Ignore', kinds: [], about: 'author' },
  block: { datatype: 'social.block', type: 'Block', kinds: [], about: 'author' },
};

/** Acts that take each other back: nobody wants more and less of the same. */
export const OPPOSITES: Readonly<Partial<Record<Act, Act>>> = { more: 'less', less: 'more' };

/** The record of an act of the owner: one per act and object, so that doing it twice changes nothing. */
export function ownAct(act: Act, object: { uri: string; name: string | null }, key: number, now: number): IntakeRecord {
  const { datatype, type } = ACT_KINDS[act];
  const uri = `${OWNER_ACTOR}:${act}:${key.toString(36)}`;
  const published = new Date(now).toISOString();
  const body: JsonObject = { id: uri, type, actor: OWNER_ACTOR, object: object.uri, published };
  if (object.name !== null) body['name'] = object.name;
  return {
    datatype,
    uri,
    source: OWNER_ACTOR,
    published: now,
    publishedText: published,
    timeEstimated: false,
    mine: true,
    body,
  };
}
