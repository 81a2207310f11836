import { describe, expect, test } from 'vitest';
import { bodies, readContent } from '../testing.ts';

const CONTEXT = 'https://www.w3.org/ns/activitystreams';
const ANNA = 'https://social.example/users/anna';

function note(more: object = {}): object {
  return { id: `${ANNA}/statuses/1`, type: 'Note', content: '<p>Hello</p>', attributedTo: ANNA, ...more };
}

describe('ActivityStreams 2.0', () => {
  test('unwraps Create and keeps what only the activity says', async () => {
    const found = await readContent(
      'one.json',
      JSON.stringify({
        '@context': CONTEXT,
        type: 'Create',
        actor: ANNA,
        published: '2024-05-11T13:10:54Z',
        to: ['as:Public'],
        object: { id: `${ANNA}/statuses/1`, type: 'Note', content: 'Hi' },
      }),
    );
    expect(found.records).toMatchObject([
      {
        datatype: 'social.post',
        uri: `${ANNA}/statuses/1`,
        source: ANNA,
        published: Date.UTC(2024, 4, 11, 13, 10, 54),
        timeEstimated: false,
        mine: false,
        body: { type: 'Note', attributedTo: ANNA, to: ['as:Public'], published: '2024-05-11T13:10:54Z' },
      },
    ]);
  });

  test('reads an account export: what the actor did is the owner’s', async () => {
    const outbox = {
      '@context': CONTEXT,
      id: 'outbox.json',
      type: 'OrderedCollection',
      orderedItems: [
        { id: 'a', type: 'Create', actor: ANNA, object: note() },
        { id: `${ANNA}/statuses/2/activity`, type: 'Announce', actor: ANNA, object: 'https://other.example/3' },
      ],
    };
    const found = await readContent('outbox.json', JSON.stringify(outbox), ANNA);
    expect(found.records).toMatchObject([
      { datatype: 'social.post', mine: true, source: ANNA },
      { datatype: 'social.post', mine: true, body: { type: 'Announce', object: 'https://other.example/3' } },
    ]);
    const likes = {
      '@context': CONTEXT,
      id: 'likes.json',
      type: 'OrderedCollection',
      orderedItems: ['https://b.example/1'],
    };
    const liked = await readContent('likes.json', JSON.stringify(likes), ANNA);
    expect(liked.records).toMatchObject([
      { datatype: 'social.reaction', mine: true, body: { type: 'Like', actor: ANNA, object: 'https://b.example/1' } },
    ]);
    expect(liked.records[0]?.uri).toMatch(/^urn:locker:relation:/);
  });

  test('tells reactions, follows, blocks and mutes apart', async () => {
    const activities = ['Like', 'Dislike', 'EmojiReact', 'Follow', 'Block', 'Ignore', 'View'].map((type) => ({
      '@context': CONTEXT,
      type,
      actor: ANNA,
      object: 'https://b.example/1',
    }));
    const found = await readContent('array.json', JSON.stringify(activities));
    expect(found.records.map(({ datatype }) => datatype)).toEqual([
      'social.reaction',
      'social.reaction',
      'social.reaction',
      'social.follow',
      'social.block',
      'social.mute',
      'activity.view',
    ]);
    expect(new Set(found.records.map(({ uri }) => uri)).size).toBe(7);
  });

  test('keeps a boosted post beside its boost', async () => {
    const boost = {
      '@context': CONTEXT,
      type: 'Announce',
      id: 'https://c.example/b',
      actor: 'https://c.example/c',
      object: note(),
    };
    const found = await readContent('boost.json', JSON.stringify(boost));
    expect(bodies(found)).toMatchObject([{ type: 'Note' }, { type: 'Announce', object: `${ANNA}/statuses/1` }]);
  });

  test('reads language maps, full type names and JSON-LD keywords', async () => {
    const object = {
      '@context': CONTEXT,
      '@id': 'https://x.example/1',
      '@type': `${CONTEXT}#Note`,
      contentMap: { fr: 'Salut' },
    };
    const found = await readContent('ld.json', JSON.stringify(object));
    expect(found.records).toMatchObject([{ uri: 'https://x.example/1', body: { type: 'Note', content: 'Salut' } }]);
  });

  test('says what it leaves out, and where', async () => {
    const page = {
      '@context': CONTEXT,
      type: 'OrderedCollectionPage',
      orderedItems: [
        { type: 'Place', name: 'Fresno' },
        'https://a.example/1',
        7,
        note(),
        { type: 'Undo', object: note() },
      ],
    };
    const found = await readContent('page.json', JSON.stringify(page));
    expect(found.records).toHaveLength(1);
    expect(found.skipped.map(({ where }) => where)).toEqual([
      'page.json[0]',
      'page.json[1]',
      'page.json[2]',
      'page.json[4]',
    ]);
  });

  test('names the members it does not know and keeps them', async () => {
    const found = await readContent(
      'one.json',
      JSON.stringify({ '@context': CONTEXT, ...note({ 'ex:mood': 'fine' }) }),
    );
    expect(found.unknown).toEqual(['ex:mood']);
    expect(found.records[0]?.body['ex:mood']).toBe('fine');
  });
});

describe('ActivityStreams 1.0', () => {
  test('reads posts, pictures, mentions and replies', async () => {
    const activity = {
      objectType: 'activity',
      verb: 'post',
      url: 'https://x.example/post',
      actor: { objectType: 'person', id: 'tag:x.example:anna', displayName: 'Anna' },
      object: {
        objectType: 'note',
        content: 'hello',
        summary: 'short',
        image: [{ url: 'https://x.example/1.jpg' }],
        attachments: [{ objectType: 'image', image: [{ url: 'https://x.example/1.jpg' }] }],
        tags: [{ objectType: 'person', url: 'https://x.example/bob', displayName: 'Bob' }],
        inReplyTo: [{ id: 'tag:x.example:1', url: 'https://x.example/1' }],
      },
    };
    const found = await readContent('as1.json', JSON.stringify(activity));
    expect(found.records).toMatchObject([
      {
        datatype: 'social.post',
        uri: 'https://x.example/post',
        body: {
          type: 'Note',
          content: 'hello',
          attributedTo: { type: 'Person', id: 'tag:x.example:anna', name: 'Anna' },
          attachment: [{ type: 'Image', url: 'https://x.example/1.jpg' }],
          tag: [{ type: 'Mention', href: 'https://x.example/bob', name: 'Bob' }],
          inReplyTo: 'tag:x.example:1',
        },
      },
    ]);
    expect(found.records[0]?.body['summary']).toBeUndefined();
  });

  test('reads likes, shares and bookmarks', async () => {
    const all = [
      { verb: 'like', objectType: 'activity', object: 'https://x.example/1', actor: 'https://x.example/anna' },
      {
        verb: 'share',
        objectType: 'activity',
        object: { url: 'https://x.example/1' },
        actor: 'https://x.example/anna',
      },
      { objectType: 'bookmark', targetUrl: 'https://x.example/2' },
    ];
    const found = await readContent('as1.json', JSON.stringify(all));
    expect(bodies(found)).toMatchObject([
      { type: 'Like' },
      { type: 'Announce' },
      { type: 'Add', object: 'https://x.example/2' },
    ]);
  });
});
