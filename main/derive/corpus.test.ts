import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { recordOf } from '../records/testing.ts';
import { isObject } from './json-access.ts';
import { prepareRecord } from './prepare-record.ts';
import { PreparedRecord } from './prepared-record.ts';

const CORPUS = process.env['LOCKER_CORPUS'];

function documents(...folders: string[]): Json[] {
  return folders.flatMap((folder) => {
    const path = join(CORPUS ?? '', folder);
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
    return files.flatMap((file): Json[] => {
      try {
        return [JSON.parse(readFileSync(join(path, file), 'utf8')) as Json];
      } catch {
        // Some files are broken on purpose.
        return [];
      }
    });
  });
}

/** Every object inside a document, as if it had come alone. */
function objectsIn(value: Json): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  return isObject(value) ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

describe.skipIf(CORPUS === undefined)('real documents', () => {
  test('each object in them gives a record that the store takes', () => {
    const all = documents(
      'activitystreams-w3c',
      'granary-social-objects',
      'activitypub-fixtures-wordpress',
      'mastodon-outbox-xposter',
      'bluesky-feeds-atrrr',
    );
    const objects = all.flatMap(objectsIn);
    expect(objects.length).toBeGreaterThan(1000);
    for (const body of objects) {
      for (const datatype of [
        'social.post',
        'social.person',
        'social.reaction',
        'social.follow',
        'media.item',
      ] as const) {
        const result = PreparedRecord.safeParse(prepareRecord(recordOf(datatype, null, 0, body)));
        expect(result.success, JSON.stringify(body).slice(0, 500)).toBe(true);
      }
    }
  });

  test('an outbox of Mastodon is read as a person would', () => {
    const [outbox] = documents('mastodon-outbox-xposter').filter((found) => isObject(found) && 'orderedItems' in found);
    const activities = objectsIn(outbox ?? null).filter(({ type }) => type === 'Create' || type === 'Announce');
    const posts = activities.map((activity) => {
      const body = activity['type'] === 'Create' ? (activity['object'] as JsonObject) : activity;
      return prepareRecord(recordOf('social.post', typeof body['id'] === 'string' ? body['id'] : null, 0, body));
    });
    expect(posts.length).toBe(20);
    for (const { kind, post, author, text } of posts) {
      expect(post?.visibility).toMatch(/^(?:public|unlisted)$/);
      expect(author?.uri).toMatch(/^https:\/\/hachyderm\.io\/users\//);
      expect(kind === 'Announce' ? post?.boostOf : text.length).toBeGreaterThan(0);
      expect(text).not.toMatch(/<\/?\w+|&amp;|&lt;/);
    }
  });
});
