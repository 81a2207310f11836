import type { Erasure } from '../../../protocol/owner/services.ts';
import type { KeptErasure } from '../../store/index.ts';

/** How a demand to erase stands: an answer counts whenever it came. */
export function erasureState(erasure: KeptErasure, now: number): Erasure['state'] {
  if (erasure.answered !== null) return 'answered';
  if (erasure.deadline !== null && erasure.deadline <= now) return 'overdue';
  return erasure.unreachable ? 'unreachable' : 'sent';
}

export function erasureView(erasure: KeptErasure, now: number): Erasure {
  const { demanded, deadline, answered, answer } = erasure;
  const instant = (ms: number): string => new Date(ms).toISOString();
  return {
    demanded: instant(demanded),
    deadline: deadline === null ? null : instant(deadline),
    state: erasureState(erasure, now),
    answered: answered === null ? null : instant(answered),
    answer,
  };
}
