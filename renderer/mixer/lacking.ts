import { AUTHOR_COLUMNS, isAuthorColumn, isPostColumn, POST_COLUMNS } from '../../protocol/columns.ts';
import { t } from '../messages/translate.ts';

/** Why a setting about a column changes nothing; null: it may. */
export function lacking(column: string | undefined, known: ReadonlySet<string> | null): string | null {
  if (column === undefined || known === null || known.has(column)) return null;
  if (isPostColumn(column)) return t('settings.noData', { what: POST_COLUMNS[column].label });
  if (isAuthorColumn(column)) return t('settings.noData', { what: AUTHOR_COLUMNS[column].label });
  return t('settings.notKept');
}
