import { isDatatype, type AnyDatatype } from '../../../../protocol/datatypes.ts';
import { LockerError } from '../../../../protocol/errors.ts';
import type { JsonObject } from '../../../../protocol/json.ts';
import { BODY_MAX, URI_MAX } from '../../../../protocol/record.ts';
import { bodyOf, digestOf, fieldsOf } from '../../../derive/index.ts';
import { prepareRecord, type PreparedRecord } from '../../../records/index.ts';

/** What stays as it was when a record is changed. */
export interface Place {
  readonly uri: string;
  readonly published: number | null;
  readonly publishedText: string | null;
}

/** The address that a service's own name for a record stands for; one at its own origin is taken as it is. */
export function addressOf(clientId: string, key: string, fields: JsonObject): string {
  const { host, origin } = new URL(clientId);
  const { id } = fields;
  if (id === undefined) return `urn:locker:service:${host}:${encodeURIComponent(key.toWellFormed())}`;
  const isAddress =
    typeof id === 'string' && id.length <= URI_MAX && /^https?:\/\/[^\s\\]+$/.test(id) && URL.canParse(id);
  if (!isAddress || new URL(id).origin !== origin) throw invalid('id');
  return id;
}

/** When the fields say that it was published; a record that doesn't say is one without a time. */
export function timeOf(fields: JsonObject): { published: number | null; publishedText: string | null } {
  const { published } = fields;
  if (published === undefined) return { published: null, publishedText: null };
  const at = typeof published === 'string' ? Date.parse(published) : Number.NaN;
  if (typeof published !== 'string' || !Number.isFinite(at)) {
    throw invalid('published');
  }
  return { published: at, publishedText: published };
}

export interface NewRecord {
  readonly prepared: PreparedRecord;
  /** Its fields as they will be read. */
  readonly fields: JsonObject;
}

/**
 * A record that a service adds, from its flat fields.
 *
 * @throws LockerError `record_invalid` naming the field
 */
export function newRecord(datatype: AnyDatatype, clientId: string, place: Place, given: JsonObject): NewRecord {
  const { source, mine = false, ...fields } = given;
  if (source !== undefined && source !== clientId) throw invalid('source');
  if (typeof mine !== 'boolean') throw invalid('mine');
  const body = bodyOf(datatype, isDatatype(datatype) ? { ...fields, id: place.uri } : fields);
  if (JSON.stringify(body).length > BODY_MAX) throw new LockerError('too_large', { detail: 'record' });
  const record = { datatype, uri: place.uri, source: clientId, published: place.published, mine, body };
  const prepared = prepareRecord({
    ...record,
    publishedText: place.publishedText,
    timeEstimated: place.published === null,
  });
  const identity = ownIdentity(datatype, place.uri, clientId);
  return { prepared: { ...prepared, identity }, fields: fieldsOf(record) };
}

/**
 * What a service adds is its own: the identity holds the service besides the address, so that it never meets a record that
 * came from elsewhere, nor can tell whether there is one.
 */
export function ownIdentity(datatype: AnyDatatype, uri: string, clientId: string): number {
  return digestOf(datatype, uri, clientId);
}

function invalid(detail: string): LockerError {
  return new LockerError('record_invalid', { detail });
}
