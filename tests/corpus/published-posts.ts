import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'csv-parse/sync';
import { decodeHTML, encodeHTML } from 'entities';
import { z } from 'zod';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import { corpusFiles } from './corpus.ts';

/** A published post; null: a count that isn't told. */
export interface PublishedPost {
  readonly uri: string;
  readonly at: number;
  readonly author: string;
  readonly source: string;
  readonly title: string | null;
  readonly text: string;
  /** null: not known. */
  readonly language: string | null;
  readonly likes: number | null;
  readonly downs: number | null;
  readonly boosts: number | null;
  readonly replies: number | null;
}

const Rows = z.array(z.record(z.string(), z.string()));
const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';

export function rowsOf(path: string): Record<string, string>[] {
  return Rows.parse(parse(readFileSync(path), { columns: true, bom: true, relax_column_count: true }));
}

function count(text: string | undefined): number | null {
  return text === undefined || text === '' ? null : Number(text);
}

/** The best posts of fifteen subreddits; who wrote them isn't told, so the site linked to stands for the author. */
export function redditPosts(): PublishedPost[] {
  const files = corpusFiles('reddit-top-posts').filter((path) => path.endsWith('.csv'));
  return files.flatMap((path) =>
    rowsOf(path).map((row) => ({
      uri: `https://reddit.example/${row['id'] ?? ''}`,
      at: Number(row['created_utc']) * 1000,
      author: `https://${row['domain'] ?? ''}/`,
      source: `https://reddit.example/r/${basename(path, '.csv')}`,
      title: row['title'] ?? null,
      text: decodeHTML(row['selftext'] ?? ''),
      language: basename(path, '.csv') === 'france' ? 'fr' : 'en',
      likes: count(row['ups']),
      downs: count(row['downs']),
      boosts: null,
      replies: count(row['num_comments']),
    })),
  );
}

/** Tweets of one evening, whose counts aren't told, and a politician's, whose are. */
export function tweets(): PublishedPost[] {
  const files = corpusFiles('tweets-fivethirtyeight').filter((path) => path.endsWith('.csv'));
  return files.flatMap((path) =>
    rowsOf(path).map((row) => ({
      uri: row['link'] ?? row['url'] ?? '',
      at: Date.parse(`${row['created_at'] ?? ''} UTC`),
      author: `https://twitter.example/${row['screen_name'] ?? row['user'] ?? ''}`,
      source: `https://twitter.example/${basename(path, '.csv')}`,
      title: null,
      text: decodeHTML(row['text'] ?? ''),
      language: row['user'] === undefined ? null : 'en',
      likes: count(row['favorites']),
      downs: null,
      boosts: count(row['retweets']),
      replies: count(row['replies']),
    })),
  );
}

/** The post as an importer would hand it over. */
export function recordOf(post: PublishedPost): IntakeRecord {
  const published = new Date(post.at).toISOString();
  const content = `<p>${encodeHTML(post.text)}</p>`;
  const counts: Record<string, Json> = {};
  for (const [name, total] of [
    ['likes', post.likes],
    ['dislikes', post.downs],
    ['shares', post.boosts],
    ['replies', post.replies],
  ] as const)
    if (total !== null) counts[name] = { type: 'Collection', totalItems: total };
  const body: JsonObject = {
    id: post.uri,
    type: 'Note',
    attributedTo: post.author,
    content,
    ...(post.language === null ? {} : { contentMap: { [post.language]: content } }),
    published,
    to: [PUBLIC],
    ...(post.title === null ? {} : { name: post.title }),
    ...counts,
  };
  return {
    datatype: 'social.post',
    uri: post.uri,
    source: post.source,
    published: post.at,
    publishedText: published,
    timeEstimated: false,
    mine: false,
    body,
  };
}
