import type { Fact } from '../../protocol/owner/trial.ts';
import { t } from '../messages/translate.ts';

function places(move: number): string {
  const count = Math.abs(Math.round(move));
  if (count === 0) return t('trial.none');
  return move > 0 ? t('trial.up', { count }) : t('trial.down', { count });
}

/** What a fact says, as a person would. */
export function factInWords({ fact, reads, tried, moved, middle, farthest }: Fact): string {
  if (!reads) return t('trial.unread');
  if (tried === 0) return t('trial.unknown');
  if (moved === 0) return t('trial.still');
  if (fact === 'renamed') return t('trial.movedAll', { moved, tried });
  if (middle === null || farthest === null) return t('trial.marksMoved', { count: moved, tried });
  return t('trial.moved', { moved, tried, middle: places(middle), farthest: places(farthest) });
}
