import type { GrantPage } from '../../protocol/owner/services.ts';
import { t } from '../messages/translate.ts';
import { hoursOf } from '../prompt/limits.ts';
import { periodName } from '../prompt/words.ts';

/** What withdrawing will do, sentence by sentence; it follows what the service promised in this contract. */
export function withdrawWords({ clauses, offered }: Pick<GrantPage, 'clauses' | 'offered'>): string[] {
  const terms = clauses.length > 0 ? clauses.map(({ clause }) => clause) : offered;
  const erase = terms.some(({ retention }) => retention.on_withdraw === 'erase');
  const longest = terms
    .map(({ retention }) => retention.max)
    .reduce<string | undefined>((most, max) => (hoursOf(max) > hoursOf(most) ? max : most), 'PT1H');
  const writes = terms.some(({ actions }) => actions.includes('append'));
  return [
    t('service.withdrawNow'),
    erase
      ? longest === undefined
        ? t('service.withdrawEraseNoTime')
        : t('service.withdrawErase', { time: periodName(longest) })
      : t('service.withdrawKeep'),
    t('service.withdrawOut'),
    ...(writes ? [t('service.withdrawStay')] : []),
    t('service.withdrawAgain'),
  ];
}
