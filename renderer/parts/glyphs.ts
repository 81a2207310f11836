/** Icons of rows that come and go while scrolling: drawn once in GlyphSheet, referred to by name. */
export type GlyphName =
  | 'bookmark'
  | 'bookmark-on'
  | 'chevron'
  | 'ellipsis'
  | 'eye-off'
  | 'heart'
  | 'heart-on'
  | 'lock'
  | 'repeat'
  | 'less'
  | 'more';
