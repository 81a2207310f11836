import type { Clause } from '../../protocol/contract/clause.ts';
import { t } from '../messages/translate.ts';
import type { ClauseDraft } from './limits.ts';
import { periodName } from './words.ts';

/** What the controls take away, in a line; empty: nothing. */
export function limitSummary(clause: Clause, draft: ClauseDraft): string {
  const parts = [
    draft.fields.length < clause.fields.length
      ? t('limit.fieldsOf', { kept: draft.fields.length, count: clause.fields.length })
      : '',
    draft.rolling === '' ? '' : t('period.last', { time: periodName(draft.rolling) }),
    draft.since === '' ? '' : t('limit.sinceOf', { day: draft.since }),
    draft.privilege === clause.privileges[0] ? '' : t(`privilege.${draft.privilege}`).toLowerCase(),
    draft.rowsPerDay === null ? '' : t('limit.rowsOf', { count: draft.rowsPerDay }),
    draft.perHour === null ? '' : t('limit.requestsOf', { count: draft.perHour }),
    draft.until === '' ? '' : t('limit.untilOf', { day: draft.until }),
    clause.others_private && !draft.othersPrivate ? t('limit.othersOf') : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}
