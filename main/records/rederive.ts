import type { PreparedAuthor, PreparedRecord, ReadOutput } from '../store/index.ts';
import { effectiveBody, parsed } from '../derive/index.ts';
import { prepareRecord } from './derive/prepare-record.ts';

/** What is stored of a record, as far as it is needed to derive it again. */
type StoredSource = Omit<ReadOutput<'records.source'>, 'id' | 'seq' | 'bodyDigest'>;

/** Derives a stored record from its body under the owner's changes. */
export function rederive(source: StoredSource, overlay: string | null = source.overlay): PreparedRecord {
  const { datatype, uri, published, publishedText, estimated, mine } = source;
  const body = effectiveBody(source.body, overlay);
  return prepareRecord({
    datatype,
    uri,
    source: source.source,
    published,
    publishedText,
    timeEstimated: estimated,
    mine,
    body,
  });
}

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
