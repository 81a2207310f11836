import type { GrantPage } from '../../protocol/owner/services.ts';
import { t } from '../messages/translate.ts';
import { hoursOf } from '../prompt/limits.ts';
import { periodName } from '../prompt/words.ts';

type Words = Pick<GrantPage, 'clauses' | 'offered' | 'hasWebhook'>;

/** What withdrawing will do, sentence by sentence; it follows what the service promised in this contract. */
export function withdrawWords({ clauses, offered, hasWebhook }: Words): string[] {
  const terms = clauses.length > 0 ? clauses.map(({ clause }) => clause) : offered;
  const erase = terms.some(({ retention }) => retention.on_withdraw === 'erase');
  const longest = terms
    .map(({ retention }) => retention.max)
    .reduce<string | undefined>((most, max) => (hoursOf(max) > hoursOf(most) ? max : most), 'PT1H');
  const writes = terms.some(({ actions }) => actions.includes('append'));
  return [
    t('service.withdrawNow'),
    erase ? eraseWords(longest, hasWebhook) : t('service.withdrawKeep'),
    t('service.withdrawOut'),
    ...(writes ? [t('service.withdrawStay')] : []),
    t('service.withdrawAgain'),
  ];
}

function eraseWords(longest: string | undefined, hasWebhook: boolean): string {
  if (!hasWebhook) return t('service.withdrawNotTold');
  if (longest === undefined) return t('service.withdrawEraseNoTime');
  return t('service.withdrawErase', { time: periodName(longest) });
}
