import type { LabelChoice } from '../../protocol/owner/labels.ts';
import { t } from '../messages/translate.ts';

/** What a label can be made to do, strongest first. */
export const CHOICES: readonly LabelChoice[] = [3, 2, 1, 0, -1];

/** The value of a control for no decision. */
export const USUAL = 'usual';

export function choiceOf(text: string): LabelChoice | null {
  return CHOICES.find((choice) => String(choice) === text) ?? null;
}

export function usualText(advised: 0 | 1 | 2 | 3): string {
  return t('labels.does.usual', { what: t(`labels.does.${advised}`) });
}

/** Most posts that the labels of a preview would hide, as chosen. One post may have several. */
export function hiddenPosts(
  values: readonly { value: string; advised: 0 | 1 | 2 | 3; posts: number }[],
  choices: ReadonlyMap<string, LabelChoice>,
  all: number,
): number {
  const hiding = values.filter(({ value, advised }) => (choices.get(value) ?? advised) === 3);
  return Math.min(
    all,
    hiding.reduce((sum, { posts }) => sum + posts, 0),
  );
}
