/** What a key does on the feed. */
export type KeyAct =
  | 'next'
  | 'previous'
  | 'like'
  | 'save'
  | 'hide'
  | 'mute'
  | 'more'
  | 'less'
  | 'open'
  | 'why'
  | 'undo'
  | 'new'
  | 'mixer'
  | 'search'
  | 'help';

/** The keys in the order of the help page. */
export const KEYS: readonly { readonly key: string; readonly act: KeyAct }[] = [
  { key: 'j', act: 'next' },
  { key: 'k', act: 'previous' },
  { key: 'o', act: 'open' },
  { key: 'w', act: 'why' },
  { key: 'l', act: 'like' },
  { key: 's', act: 'save' },
  { key: 'u', act: 'more' },
  { key: 'd', act: 'less' },
  { key: 'h', act: 'hide' },
  { key: 'm', act: 'mute' },
  { key: 'z', act: 'undo' },
  { key: 'n', act: 'new' },
  { key: 'x', act: 'mixer' },
  { key: '/', act: 'search' },
  { key: '?', act: 'help' },
];

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly defaultPrevented: boolean;
  readonly target: EventTarget | null;
}

/** Controls that take letters themselves. */
const TYPING =
  'input:not([type="checkbox"],[type="radio"],[type="range"],[type="button"]),textarea,select,[contenteditable],[role="menu"],dialog';

/** What a key press means, or null when it belongs to something else. */
export function keyAct(press: KeyPress): KeyAct | null {
  if (press.defaultPrevented || press.ctrlKey || press.metaKey || press.altKey) return null;
  if (press.target instanceof Element && press.target.closest(TYPING) !== null) return null;
  return KEYS.find(({ key }) => key === press.key)?.act ?? null;
}
