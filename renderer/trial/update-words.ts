import type { UpdateComparison } from '../../protocol/owner/trial.ts';
import { t } from '../messages/translate.ts';

/** Whether the owner would see no difference at all. */
export function changesNothing({ stayed, page, turned, remarked, hidden, freed }: UpdateComparison): boolean {
  const differences = [page - stayed, turned ?? 0, remarked, hidden.count, freed.count];
  return differences.every((difference) => difference === 0);
}

/** What an update changes, a sentence for each thing that does change. */
export function changesInWords(found: UpdateComparison): string[] {
  const { came, freed, hidden, page, remarked, stayed, turned } = found;
  if (changesNothing(found)) return [t('update.nothing')];
  return [
    hidden.count === 0 ? t('update.hidesNone') : t('update.hides', { count: hidden.count }),
    ...(freed.count === 0 ? [] : [t('update.frees', { count: freed.count })]),
    ...(remarked === 0 ? [] : [t('update.remarks', { count: remarked })]),
    came.count === 0 ? t('update.samePage', { page }) : t('update.page', { stayed, page, count: came.count }),
    ...(turned === null ? [] : [pairsInWords(turned)]),
  ];
}

function pairsInWords(turned: number): string {
  if (turned === 0) return t('update.sameOrder');
  const count = Math.round(turned * 100);
  return count === 0 ? t('update.fewPairs') : t('update.pairs', { count });
}
