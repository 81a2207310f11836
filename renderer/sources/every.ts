import { t } from '../messages/translate.ts';

/** Intervals offered for looking at a feed, minutes. */
export const EVERY = [15, 60, 360, 1440] as const;

/** "hour" for 60: completes "Look every …". */
export function everyText(minutes: number): string {
  const known = EVERY.find((every) => every === minutes);
  return known === undefined ? t('every.other', { minutes }) : t(`every.${known}`);
}
