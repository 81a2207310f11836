import { isDatatype, type AnyDatatype } from '../../../protocol/datatypes.ts';
import { uriKey } from '../../derive/index.ts';

/**
 * Words of the full-text index that stand for a record's fields: who made it, whom it mentions, its kind and source.
 * What would otherwise be an index each, written to at a random place per record, comes with the texts; and a search
 * within an author, source or kind is answered without looking at a record. The words begin with a private-use
 * character, which is taken out of texts and queries.
 */
const MARK = '\uE000';

export function datatypeFacet(datatype: AnyDatatype): string {
  // Names of services' own datatypes have characters that the index takes for the end of a word.
  return `${MARK}${isDatatype(datatype) ? `d${datatype.replace(/[^a-z]/g, '')}` : `x${uriKey(datatype).toString(36)}`}`;
}

export function sourceFacet(source: number): string {
  return `${MARK}s${source.toString(36)}`;
}

/** Of the account that made a record, by its key. */
export function authorFacet(author: number): string {
  return `${MARK}a${author.toString(36)}`;
}

/** Of an account that a post mentions, by the key of the name used. */
export function mentionFacet(account: number): string {
  return `${MARK}m${account.toString(36)}`;
}

/** A query for records that have all of these words, or any of them. */
export function facetQuery(words: readonly string[], how: 'AND' | 'OR'): string {
  return words.map((word) => `"${word}"`).join(` ${how} `);
}
