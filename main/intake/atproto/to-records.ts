import type { Datatype } from '../../../protocol/datatypes.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import { PUBLIC, putRecord } from '../body.ts';
import { isObject, textOf } from '../json/read-json.ts';
import type { Sink } from '../sink.ts';
import { blobCid, blobUrl, noteOf, refUri } from './post.ts';
import { profileUrl } from './rich-text.ts';

/** Fields of the records that are read below; others are reported as unknown. */
const KNOWN_FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  'app.bsky.feed.post': fields('text createdAt reply embed langs facets entities labels tags via'),
  'app.bsky.feed.like': fields('subject createdAt via'),
  'app.bsky.feed.vote': fields('subject createdAt direction'),
  'app.bsky.feed.repost': fields('subject createdAt via'),
  'app.bsky.graph.follow': fields('subject createdAt via'),
  'app.bsky.graph.block': fields('subject createdAt'),
  'app.bsky.graph.list': fields('name description descriptionFacets purpose avatar createdAt labels'),
  'app.bsky.graph.listitem': fields('subject list createdAt'),
  'app.bsky.actor.profile': fields(
    'displayName description avatar banner website pronouns createdAt labels joinedViaStarterPack pinnedPost',
  ),
};

function fields(names: string): ReadonlySet<string> {
  return new Set(['$type', ...names.split(' ')]);
}

/** Turns the records of one account's repository into ours; lists wait for their members until `end`. */
export class RepositoryRecords {
  readonly #sink: Sink;
  readonly #did: string;
  readonly #lists = new Map<string, { record: JsonObject; where: string }>();
  readonly #members = new Map<string, string[]>();

  constructor(sink: Sink, did: string) {
    this.#sink = sink;
    this.#did = did;
  }

  put(path: string, record: JsonObject, where: string): void {
    const [collection = '', key = ''] = path.split('/');
    const type = textOf(record['$type']) ?? collection;
    const uri = `at://${this.#did}/${path}`;
    const known = KNOWN_FIELDS[type];
    if (known === undefined) return this.#sink.skip(`a record of type ${type.slice(0, 80)}`, where);
    for (const field in record) if (!known.has(field)) this.#sink.unknown(field);
    switch (type) {
      case 'app.bsky.feed.post':
        return this.#put('social.post', uri, record, noteOf(record, this.#did, key), where);
      case 'app.bsky.feed.repost':
        return this.#act('social.post', 'Announce', uri, record, where, { to: [PUBLIC] });
      case 'app.bsky.feed.like':
        return this.#act('social.reaction', 'Like', uri, record, where);
      case 'app.bsky.feed.vote':
        return this.#act('social.reaction', record['direction'] === 'down' ? 'Dislike' : 'Like', uri, record, where);
      case 'app.bsky.graph.follow':
        return this.#act('social.follow', 'Follow', uri, record, where);
      case 'app.bsky.graph.block':
        return this.#act('social.block', 'Block', uri, record, where);
      case 'app.bsky.actor.profile':
        return this.#put('social.profile', this.#did, record, this.#profile(record), where);
      case 'app.bsky.graph.list':
        this.#lists.set(uri, { record, where });
        return;
      default:
        return this.#member(record, where);
    }
  }

  /** Writes the lists; call after the last record. */
  end(): void {
    for (const [uri, { record, where }] of this.#lists) {
      const body: JsonObject = { type: 'Collection', attributedTo: this.#did, items: this.#members.get(uri) ?? [] };
      const name = textOf(record['name']);
      const summary = textOf(record['description']);
      const purpose = textOf(record['purpose']);
      if (name !== null) body['name'] = name;
      if (summary !== null) body['summary'] = summary;
      if (purpose !== null) body['purpose'] = purpose;
      this.#put('social.list', uri, record, body, where);
      this.#members.delete(uri);
    }
    for (const list of this.#members.keys())
      this.#sink.skip('members of a list that isn’t in the repository', list.slice(0, 200));
  }

  #put(datatype: Datatype, uri: string, record: JsonObject, body: JsonObject, where: string): void {
    const source = this.#did;
    const time = textOf(record['createdAt']);
    // A repository export is an account's own copy of what it wrote.
    putRecord(this.#sink, { datatype, uri, source, time, mine: true, body: { id: uri, ...body } }, where);
  }

  #act(datatype: Datatype, type: string, uri: string, record: JsonObject, where: string, more: JsonObject = {}): void {
    const object = subjectOf(record);
    if (object === null) return this.#sink.skip(`an activity of type ${type} without its object`, where);
    const body: JsonObject = { type, actor: this.#did, object, ...more };
    const published = textOf(record['createdAt']);
    if (published !== null) body['published'] = published;
    this.#put(datatype, uri, record, body, where);
  }

  #profile(record: JsonObject): JsonObject {
    const body: JsonObject = { type: 'Person', url: profileUrl(this.#did) };
    const name = textOf(record['displayName']);
    const summary = textOf(record['description']);
    const avatar = blobCid(record['avatar']);
    const banner = blobCid(record['banner']);
    const published = textOf(record['createdAt']);
    if (name !== null) body['name'] = name;
    if (summary !== null) body['summary'] = summary;
    if (avatar !== null) body['icon'] = { type: 'Image', url: blobUrl(this.#did, avatar) };
    if (banner !== null) body['image'] = { type: 'Image', url: blobUrl(this.#did, banner) };
    if (published !== null) body['published'] = published;
    return body;
  }

  #member(record: JsonObject, where: string): void {
    const list = refUri(record['list']);
    const member = subjectOf(record);
    if (list === null || member === null) return this.#sink.skip('a list member without its list', where);
    const members = this.#members.get(list);
    if (members === undefined) this.#members.set(list, [member]);
    else members.push(member);
  }
}

/** A DID, a strong reference's URI, or the `{did}` of the oldest records. */
function subjectOf(record: JsonObject): string | null {
  const subject = record['subject'];
  if (isObject(subject)) return textOf(subject['uri']) ?? textOf(subject['did']);
  return textOf(subject);
}
