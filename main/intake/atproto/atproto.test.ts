import { encode, toBytes } from '@atcute/cbor';
import { create, toCidLink, type CidLink } from '@atcute/cid';
import { describe, expect, test } from 'vitest';
import { bodies, readContent } from '../testing.ts';
import { BAD_BLOCK } from './car-blocks.ts';

const DID = 'did:plc:anna';

interface Block {
  link: CidLink;
  bytes: Uint8Array;
  cid: Uint8Array;
}

async function block(value: unknown): Promise<Block> {
  const bytes = encode(value);
  const cid = await create(0x71, new Uint8Array(bytes));
  return { link: toCidLink(cid), bytes, cid: cid.bytes };
}

function varint(value: number): Uint8Array {
  const out: number[] = [];
  let left = value;
  for (; left >= 0x80; left = Math.floor(left / 128)) out.push((left % 128) | 0x80);
  return Uint8Array.from([...out, left]);
}

/** A repository of one tree node; its blocks in the order given by `arrange`. */
async function repository(
  records: Record<string, unknown>,
  arrange: (blocks: Block[]) => Block[] = (blocks) => blocks,
): Promise<Buffer> {
  const stored = await Promise.all(Object.values(records).map(block));
  const entries = Object.keys(records).map((key, index) => ({
    k: toBytes(Buffer.from(key)),
    p: 0,
    t: null,
    v: stored[index]?.link,
  }));
  const node = await block({ e: entries, l: null });
  const commit = await block({
    did: DID,
    version: 3,
    data: node.link,
    rev: '1',
    prev: null,
    sig: toBytes(Buffer.from('s')),
  });
  const header = encode({ version: 1, roots: [commit.link] });
  const blocks = arrange([commit, node, ...stored]);
  const frames = blocks.flatMap(({ cid, bytes }) => [varint(cid.length + bytes.length), cid, bytes]);
  return Buffer.concat([varint(header.length), header, ...frames]);
}

const POST = {
  $type: 'app.bsky.feed.post',
  text: 'Grüße @bob #rain https://x.example',
  createdAt: '2024-05-11T13:10:54.250Z',
  langs: ['de'],
  reply: {
    root: { uri: 'at://did:plc:r/app.bsky.feed.post/0', cid: 'x' },
    parent: { uri: 'at://did:plc:p/app.bsky.feed.post/1', cid: 'x' },
  },
  facets: [
    {
      index: { byteStart: 8, byteEnd: 12 },
      features: [{ $type: 'app.bsky.richtext.facet#mention', did: 'did:plc:bob' }],
    },
    { index: { byteStart: 13, byteEnd: 18 }, features: [{ $type: 'app.bsky.richtext.facet#tag', tag: 'rain' }] },
    {
      index: { byteStart: 19, byteEnd: 36 },
      features: [{ $type: 'app.bsky.richtext.facet#link', uri: 'https://x.example/' }],
    },
  ],
  embed: {
    $type: 'app.bsky.embed.recordWithMedia',
    record: { record: { uri: 'at://did:plc:q/app.bsky.feed.post/2', cid: 'x' } },
    media: {
      $type: 'app.bsky.embed.external',
      external: { uri: 'https://x.example/', title: 'X', description: 'About' },
    },
  },
  labels: { values: [{ val: 'porn' }] },
};

describe('repositories', () => {
  test('a post with facets, reply, quote, card and labels', async () => {
    const found = await readContent('repo.car', await repository({ 'app.bsky.feed.post/3k': POST }));
    expect(found.skipped).toEqual([]);
    expect(found.records).toMatchObject([
      {
        datatype: 'social.post',
        uri: `at://${DID}/app.bsky.feed.post/3k`,
        source: DID,
        published: Date.UTC(2024, 4, 11, 13, 10, 54, 250),
        mine: true,
        body: {
          attributedTo: DID,
          content:
            '<p>Grüße <a href="https://bsky.app/profile/did:plc:bob">@bob</a> ' +
            '<a href="https://bsky.app/hashtag/rain">#rain</a> <a href="https://x.example/">https://x.example</a></p>',
          language: 'de',
          inReplyTo: 'at://did:plc:p/app.bsky.feed.post/1',
          context: 'at://did:plc:r/app.bsky.feed.post/0',
          quote: 'at://did:plc:q/app.bsky.feed.post/2',
          attachment: [{ type: 'Page', url: 'https://x.example/', name: 'X', summary: 'About' }],
          tag: [
            { type: 'Mention', href: 'did:plc:bob' },
            { type: 'Hashtag', name: '#rain' },
          ],
          sensitive: true,
        },
      },
    ]);
  });

  test('relations, profile, lists, and the oldest record types, blocks in any order', async () => {
    const list = `at://${DID}/app.bsky.graph.list/l`;
    const bytes = await repository(
      {
        'app.bsky.actor.profile/self': { $type: 'app.bsky.actor.profile', displayName: 'Anna', description: 'Hi' },
        'app.bsky.feed.like/1': {
          $type: 'app.bsky.feed.like',
          subject: { uri: 'at://x', cid: 'x' },
          createdAt: '2024-01-01T00:00:00Z',
        },
        'app.bsky.feed.repost/1': { $type: 'app.bsky.feed.repost', subject: { uri: 'at://y', cid: 'x' } },
        'app.bsky.feed.vote/1': { $type: 'app.bsky.feed.vote', subject: { uri: 'at://z' }, direction: 'down' },
        'app.bsky.graph.follow/1': { $type: 'app.bsky.graph.follow', subject: { did: 'did:plc:bob' } },
        'app.bsky.graph.block/1': { $type: 'app.bsky.graph.block', subject: 'did:plc:eve' },
        'app.bsky.graph.list/l': { $type: 'app.bsky.graph.list', name: 'Friends' },
        'app.bsky.graph.listitem/1': { $type: 'app.bsky.graph.listitem', list, subject: 'did:plc:bob' },
        'app.bsky.labeler.service/self': { $type: 'app.bsky.labeler.service' },
      },
      (blocks) => blocks.toReversed(),
    );
    const found = await readContent('repo.car', bytes);
    expect(bodies(found)).toHaveLength(7);
    expect(found.records).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ datatype: 'social.profile', uri: DID }),
        expect.objectContaining({
          datatype: 'social.reaction',
          body: expect.objectContaining({ type: 'Like', object: 'at://x' }),
        }),
        expect.objectContaining({
          datatype: 'social.post',
          body: expect.objectContaining({ type: 'Announce', object: 'at://y' }),
        }),
        expect.objectContaining({ datatype: 'social.reaction', body: expect.objectContaining({ type: 'Dislike' }) }),
        expect.objectContaining({
          datatype: 'social.follow',
          body: expect.objectContaining({ object: 'did:plc:bob' }),
        }),
        expect.objectContaining({ datatype: 'social.block' }),
        expect.objectContaining({ datatype: 'social.list', body: expect.objectContaining({ items: ['did:plc:bob'] }) }),
      ]),
    );
    expect(found.skipped).toMatchObject([{ reason: 'a record of type app.bsky.labeler.service' }]);
  });

  test('a block whose content was changed is told and left out, the others are kept', async () => {
    const bytes = await repository({
      'app.bsky.feed.post/1': { $type: 'app.bsky.feed.post', text: 'first' },
      'app.bsky.feed.post/2': { $type: 'app.bsky.feed.post', text: 'second' },
    });
    bytes[bytes.indexOf('first')] = 0x46;
    const found = await readContent('repo.car', bytes);
    expect(found.records).toHaveLength(1);
    expect(found.skipped.map(({ reason }) => reason)).toContain(BAD_BLOCK);
    expect(found.skipped).toHaveLength(2);
  });

  test('a file cut anywhere ends in a report', async () => {
    const bytes = await repository({ 'app.bsky.feed.post/1': { $type: 'app.bsky.feed.post', text: 'first' } });
    for (let length = 70; length < bytes.length; length++) {
      const found = await readContent('repo.car', bytes.subarray(0, length));
      expect(found.skipped.length).toBeGreaterThan(0);
    }
  });
});
