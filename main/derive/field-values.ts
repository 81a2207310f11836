import { LockerError } from '../../protocol/errors.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { URI_MAX, Visibility } from '../../protocol/record.ts';
import { isObject, uriText } from './json-access.ts';

/** Longest text of a field that is taken in, in UTF-16 code units. */
const TEXT_MAX = 100_000;
const LIST_MAX = 100;

/** Fields that a service sends, read one after another; what was not read by the end is refused. */
export interface GivenFields {
  text(name: string): string | null;
  uri(name: string): string | null;
  uris(name: string): string[];
  texts(name: string): string[];
  time(name: string): string | null;
  count(name: string): number | null;
  flag(name: string): boolean | null;
  visibility(name: string): Visibility | null;
  media(name: string): GivenMedia[];
  /** @throws LockerError `record_invalid` naming a field that the datatype has not, or that does not go with the others */
  end(): void;
}

export interface GivenMedia {
  readonly kind: 'image' | 'video' | 'audio' | 'file';
  readonly url: string;
  readonly mediaType: string | null;
  readonly alt: string | null;
}

/** Every reader throws LockerError `record_invalid` with the field's name where the value is not of that form. */
export function givenFields(fields: JsonObject): GivenFields {
  const left = new Set(Object.keys(fields));

  function read<T>(name: string, accept: (value: Json) => T | null): T | null {
    left.delete(name);
    if (!Object.hasOwn(fields, name)) return null;
    const accepted = accept(fields[name] ?? null);
    if (accepted === null) throw new LockerError('record_invalid', { detail: name });
    return accepted;
  }

  return {
    text: (name) => read(name, textValue),
    uri: (name) => read(name, uriValue),
    uris: (name) => read(name, listOf(uriValue)) ?? [],
    texts: (name) => read(name, listOf(textValue)) ?? [],
    time: (name) => read(name, timeValue),
    count: (name) => read(name, countValue),
    flag: (name) => read(name, (value) => (typeof value === 'boolean' ? value : null)),
    visibility: (name) => read(name, (value) => Visibility.safeParse(value).data ?? null),
    media: (name) => read(name, listOf(mediaValue)) ?? [],
    end() {
      for (const name of left) throw new LockerError('record_invalid', { detail: name });
    },
  };
}

function textValue(value: Json): string | null {
  return typeof value === 'string' && value !== '' && value.length <= TEXT_MAX ? value : null;
}

function uriValue(value: Json): string | null {
  return typeof value === 'string' && value.length <= URI_MAX ? uriText(value) : null;
}

/** RFC 3339 with a zone. */
function timeValue(value: Json): string | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(value))
    return null;
  return Number.isFinite(Date.parse(value)) ? value : null;
}

function countValue(value: Json): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function mediaValue(value: Json): GivenMedia | null {
  if (!isObject(value)) return null;
  const { kind, url, mediaType, alt } = value;
  const address = url === undefined ? null : uriValue(url);
  if (kind !== 'image' && kind !== 'video' && kind !== 'audio' && kind !== 'file') return null;
  if (address === null || !isText(mediaType) || !isText(alt)) return null;
  if (Object.keys(value).some((name) => !['kind', 'url', 'mediaType', 'alt'].includes(name))) return null;
  return { kind, url: address, mediaType: mediaType ?? null, alt: alt ?? null };
}

function isText(value: Json | undefined): value is string | undefined {
  return value === undefined || textValue(value) !== null;
}

function listOf<T>(accept: (value: Json) => T | null): (value: Json) => T[] | null {
  return (value) => {
    if (!Array.isArray(value) || value.length > LIST_MAX) return null;
    const accepted = value.map(accept);
    return accepted.every((item): item is T & {} => item !== null) ? accepted : null;
  };
}
