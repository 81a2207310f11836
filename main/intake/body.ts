import { createHash } from 'node:crypto';
import type { Datatype } from '../../protocol/datatypes.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { BODY_MAX, URI_MAX, type IntakeRecord } from '../../protocol/record.ts';
import type { Sink } from './sink.ts';
import { readTime } from './time.ts';

/** Addressed to everyone: https://www.w3.org/TR/activitypub/#public-addressing. */
export const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';

export const NO_ROOM = 'the record is larger than 1 MiB';
export const LONG_URI = 'its address is longer than 2048 characters';

export interface RecordParts {
  datatype: Datatype;
  uri: string | null;
  source: string;
  /** Time as written by the source. */
  time: string | null;
  mine: boolean;
  body: JsonObject;
  /** The text length of what was read, when known: spares measuring the body. */
  bytes?: number;
}

/** Hands a record over, or says why it can't be kept. */
export function putRecord(sink: Sink, parts: RecordParts, where: string): void {
  const { datatype, uri, source, mine, body } = parts;
  if ((uri !== null && uri.length > URI_MAX) || source.length > URI_MAX) return sink.skip(LONG_URI, where);
  // Every UTF-16 code unit of the body takes at least one byte of what was read.
  if ((parts.bytes ?? Infinity) > BODY_MAX && JSON.stringify(body).length > BODY_MAX) return sink.skip(NO_ROOM, where);
  const time = parts.time === null ? null : readTime(parts.time);
  sink.record({
    datatype,
    uri: uri === '' ? null : uri,
    source,
    published: time === null ? null : Math.floor(time.at),
    publishedText: parts.time === null ? null : parts.time.slice(0, 200),
    timeEstimated: time?.estimated ?? true,
    mine,
    body,
  } satisfies IntakeRecord);
}

/**
 * A URI for a relation that its source gives none (a row of a list of follows): made from its two ends,
 * so that the same row met again is the same record.
 */
export function relationUri(datatype: Datatype, actor: string, object: string): string {
  const digest = createHash('sha256').update(`${datatype}\n${actor}\n${object}`).digest('hex').slice(0, 32);
  return `urn:locker:relation:${digest}`;
}
