import type { Datatype } from '../../../protocol/datatypes.ts';

/** https://www.w3.org/TR/activitystreams-vocabulary/ : what is kept as a post. */
export const POST_TYPES = new Set([
  'Note',
  'Article',
  'Page',
  'Question',
  'Image',
  'Video',
  'Audio',
  'Document',
  'Event',
]);
export const ACTOR_TYPES = new Set(['Person', 'Service', 'Group', 'Organization', 'Application']);
export const COLLECTION_TYPES = new Set(['Collection', 'OrderedCollection', 'CollectionPage', 'OrderedCollectionPage']);
/** Activities that only carry an object into the world: the object is what is kept. */
export const CARRIER_TYPES = new Set(['Create', 'Update', 'Add', 'Post']);

/** Activities that are records themselves. `Ignore` of an account is a mute, of a post a hide. */
export const ACTIVITY_DATATYPES: Readonly<Record<string, Datatype>> = {
  Announce: 'social.post',
  Like: 'social.reaction',
  Dislike: 'social.reaction',
  More: 'social.reaction',
  EmojiReact: 'social.reaction',
  Follow: 'social.follow',
  Block: 'social.block',
  Ignore: 'social.mute',
  View: 'activity.view',
  Read: 'activity.view',
  Listen: 'activity.view',
  Search: 'activity.search',
  Flag: 'label',
};

/** Members that are read or that every server writes; others are reported as unknown. */
export const KNOWN_MEMBERS = new Set(
  (
    '@context id type actor object target origin result instrument attributedTo audience to cc bto bcc name nameMap ' +
    'summary summaryMap content contentMap source mediaType url published updated startTime endTime duration deleted ' +
    'inReplyTo inReplyToAtomUri context conversation replies likes shares dislikes quote quoteUrl quoteUri _misskey_quote ' +
    'tag attachment icon image preview generator location sensitive atomUri language ' +
    'preferredUsername webfinger inbox outbox followers following featured featuredTags endpoints publicKey ' +
    'discoverable indexable manuallyApprovesFollowers memorial devices alsoKnownAs movedTo suspended streams liked ' +
    'totalItems items orderedItems first last next prev current partOf startIndex width height blurhash focalPoint ' +
    'href hreflang rel oneOf anyOf closed votersCount latitude longitude altitude accuracy radius units ' +
    'subject relationship describes formerType bookmarks directMessage commentsEnabled signature proof'
  ).split(' '),
);
