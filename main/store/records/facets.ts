import type { Datatype } from '../../../protocol/datatypes.ts';

/**
 * Words of the full-text index that stand for a record's fields, so that a search within a source, author or kind is
 * answered from the index alone. They begin with a private-use character, which is taken out of texts and queries.
 */
const MARK = '\uE000';

export function datatypeFacet(datatype: Datatype): string {
  return `${MARK}d${datatype.replace(/[^a-z]/g, '')}`;
}

export function sourceFacet(source: number): string {
  return `${MARK}s${source.toString(36)}`;
}

export function authorFacet(author: number): string {
  return `${MARK}a${author.toString(36)}`;
}

export function facetsOf(datatype: Datatype, source: number, author: number | null): string {
  const words = [datatypeFacet(datatype), sourceFacet(source)];
  if (author !== null) words.push(authorFacet(author));
  return words.join(' ');
}
