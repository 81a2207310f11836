/** Named values of the locker itself: the owner's settings, marks of what has been done. */
export interface SettingTable {
  key: string;
  /** JSON. */
  value: string;
  /** Milliseconds UTC of the last change. */
  changed: number;
}
