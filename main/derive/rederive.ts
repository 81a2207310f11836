import type { IntakeRecord } from '../../protocol/record.ts';
import { effectiveBody } from './effective-body.ts';
import { prepareRecord } from './prepare-record.ts';
import type { PreparedRecord } from './prepared-record.ts';

/** What is stored of a record, as far as it is needed to derive it; `body` and `overlay` as JSON text. */
export interface StoredFacts extends Pick<IntakeRecord, 'datatype' | 'uri' | 'source' | 'publishedText' | 'mine'> {
  /** Milliseconds UTC; null: as it is when it comes. */
  readonly published: number | null;
  readonly estimated: boolean;
  readonly body: string;
  readonly overlay: string | null;
}

/** Derives a stored record from its body under the owner's changes. */
export function rederive(stored: StoredFacts, overlay: string | null = stored.overlay): PreparedRecord {
  const { datatype, uri, source, published, publishedText, estimated, mine, body } = stored;
  return prepareRecord({
    datatype,
    uri,
    source,
    published,
    publishedText,
    timeEstimated: estimated,
    mine,
    body: effectiveBody(body, overlay),
  });
}
