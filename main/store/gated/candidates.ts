import type { RowScope } from '../../../protocol/contract/plan.ts';
import { isDatatype } from '../../../protocol/datatypes.ts';
import { authorFacet, datatypeFacet, facetQuery } from '../records/facets.ts';
import { keysWanted } from './conditions.ts';
import { fragment, type Fragment } from './fragment.ts';
import type { WordQuery } from './words.ts';

/** More authors than this are not looked up one by one. */
const AUTHORS_MAX = 20;

/**
 * What a statement goes through, as `r`: the records of the given index or, where they must be by someone, what the
 * full-text index has by its words for authors. Either is more than what is in scope.
 */
export function candidates(scope: RowScope, index: 'record_released' | null = null): Fragment {
  const authors = authorsOf(scope);
  if (authors !== null)
    return fragment`(${matching(`${datatypeOf(scope)} AND ${authors}`)}) hit cross join record r on r.id = hit.id`;
  return index === null ? fragment`record r` : { sql: `record r indexed by ${index}`, parameters: [] };
}

/** Ids of what the full-text index finds for words. */
export function hitsOf(scope: RowScope, { match }: WordQuery): Fragment {
  const authors = authorsOf(scope);
  return matching(`${datatypeOf(scope)}${authors === null ? '' : ` AND ${authors}`} AND (${match})`);
}

function matching(query: string): Fragment {
  return fragment`select rowid as id from record_search where record_search match ${query}`;
}

function datatypeOf({ datatype }: RowScope): string {
  return facetQuery([datatypeFacet(datatype)], 'AND');
}

/** Null: not by someone, or by too many; a service's own `author` is a property like any other. */
function authorsOf({ datatype, conditions }: RowScope): string | null {
  if (!isDatatype(datatype)) return null;
  const keys = keysWanted(conditions, 'author');
  if (keys === null || keys.length === 0 || keys.length > AUTHORS_MAX) return null;
  return `(${facetQuery(keys.map(authorFacet), 'OR')})`;
}
