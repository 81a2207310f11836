import type { Choice } from './pair-state.svelte.ts';

export interface ChoicePress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly repeat: boolean;
  readonly defaultPrevented: boolean;
  readonly target: EventTarget | null;
}

/** What takes arrows or letters itself, a post that is scrolled by keys included. */
const OTHERS = 'input,textarea,select,dialog,[contenteditable],[role="menu"],.scrolls';

/** What a key says about the two posts; undefined: nothing. Letters only where the owner wants them. */
export function choiceOf(press: ChoicePress, letters: boolean): Choice | 'undo' | undefined {
  if (press.defaultPrevented || press.repeat || press.ctrlKey || press.metaKey || press.altKey || press.shiftKey)
    return;
  const isVertical = press.key === 'ArrowDown';
  if (press.target instanceof Element) {
    const taken = press.target.closest(OTHERS);
    if (taken !== null && (isVertical || !taken.matches('.scrolls'))) return;
  }
  if (press.key === 'ArrowLeft') return 0;
  if (press.key === 'ArrowRight') return 1;
  if (isVertical) return null;
  if (press.key === 'Backspace' || (letters && press.key === 'z')) return 'undo';
}
