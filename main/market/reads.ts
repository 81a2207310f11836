import { AUTHOR_COLUMNS, POST_COLUMNS } from '../../protocol/columns.ts';
import type { Needs } from '../../protocol/manifest.ts';

const TEXT = {
  none: [],
  tokens: ['which words posts share, without the words themselves'],
  full: ['the text of posts, with their tags, picture descriptions, link previews and quotes'],
} as const satisfies Record<Needs['text'], readonly string[]>;

const OWNER = {
  words: 'your muted words',
  hosts: 'your muted websites',
} as const satisfies Record<Needs['owner'][number], string>;

/** What an algorithm reads, in plain words: nothing else is given to it. */
export function readsInWords(needs: Needs): string[] {
  return [
    ...TEXT[needs.text],
    ...needs.post.map((name) => POST_COLUMNS[name].label),
    ...needs.author.map((name) => AUTHOR_COLUMNS[name].label),
    ...needs.owner.map((item) => OWNER[item]),
    ...(needs.labels ? ['labels and lists you subscribed to: which of them are on posts and people'] : []),
  ];
}
