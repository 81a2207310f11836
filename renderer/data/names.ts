import type { AuthorView } from '../../protocol/owner/data.ts';
import { OWNER_ACTOR } from '../../protocol/record.ts';
import { t } from '../messages/translate.ts';
import { hostOf } from '../text/plain.ts';

/** Who a record is by: what the owner did in the locker is by "You". */
export function authorName(author: AuthorView): string {
  return author.uri === OWNER_ACTOR ? t('data.you') : author.name;
}

/** Where a record came from, shortly: a host, or the locker itself. */
export function sourceName(source: string): string {
  return source === OWNER_ACTOR ? t('data.here') : hostOf(source);
}
