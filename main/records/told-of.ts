import type { PreparedAuthor, ReadOutput } from '../store/index.ts';
import { parsed, prepareRecord } from '../derive/index.ts';

type ToRetell = ReadOutput<'records.authorsToRetell'>[number];

/** What the remaining records of an account tell of it, newest first. */
export function toldOf({ key, records }: ToRetell): {
  key: number;
  own: boolean;
  told: { at: number; isProfile: boolean; author: PreparedAuthor }[];
} {
  const told = records.flatMap(({ datatype, uri, published, source, mine, body }) => {
    const derived = prepareRecord({
      datatype,
      uri,
      source,
      published,
      publishedText: null,
      timeEstimated: false,
      mine,
      body: parsed(body),
    });
    const isProfile = datatype === 'social.profile' || datatype === 'social.person';
    return derived.author?.key === key ? [{ at: published, isProfile, author: derived.author }] : [];
  });
  return { key, own: records.some(({ mine, datatype }) => mine || datatype === 'social.profile'), told };
}
