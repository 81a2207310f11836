import type { Move } from '../../protocol/owner/feed.ts';
import { formatNumber, t } from '../messages/translate.ts';
import type { Shift } from '../feed/pages.ts';

/** What moved a post, in words. */
export function sayBy(by: Move['by']): string {
  return by === null ? t('mixer.by.others') : t(`mixer.by.${by.how}`, { name: by.name });
}

/** How far it moved: the place it had counts for those that came in. */
export function sayShift({ places, entered, from }: Shift): string {
  if (places === null) return t('mixer.entered');
  if (entered && from !== null) return t('mixer.enteredFrom', { from: formatNumber(from) });
  return places > 0
    ? t('mixer.up', { places: formatNumber(places) })
    : t('mixer.down', { places: formatNumber(-places) });
}

export function shiftTone({ places, entered }: Shift): 'new' | 'up' | 'down' {
  if (entered || places === null) return 'new';
  return places > 0 ? 'up' : 'down';
}

/** Why a post came in, where that is known; null: it was on the page before. */
export function cameIn(shift: Shift | undefined): string | null {
  if (shift?.entered !== true || shift.by === null) return null;
  return t('mixer.cameIn', { why: sayBy(shift.by) });
}

/** Where a post that left was, where it is now, and why. */
export function sayGone({ from, to, by }: Move): string {
  const place =
    to === null
      ? t('mixer.placeGone', { from: formatNumber(from ?? 0) })
      : t('mixer.placeNow', { from: formatNumber(from ?? 0), to: formatNumber(to) });
  // Out for no reason of the mix's: the mix does not look at it any more.
  if (to === null && by === null) return `${place} · ${t('mixer.by.notLookedAt')}`;
  return `${place} · ${sayBy(by)}`;
}
