import { NO_ROW } from '../../../protocol/columns.ts';
import { POST_ACTS } from '../../store/index.ts';
import type { ColumnSource } from '../column-values.ts';

/** How much each act says that a post was worth a place, as a gain for nDCG. */
const GAIN = { reply: 3, boost: 2, save: 2, more: 2, like: 1 } as const;

/** What the owner made of posts, per row. */
export interface Judged {
  /** The highest gain of the owner's acts; 0: none. */
  readonly gain: Uint8Array;
  /** 1 where the owner hid the post or asked for less like it. */
  readonly unwanted: Uint8Array;
}

/** Reads the owner's acts off the posts and off the owner's own replies and boosts among them. */
export function judgedBy(columns: ColumnSource): Judged {
  const { posts } = columns;
  const acts = posts.u8('acts');
  const mine = posts.u8('mine');
  const gain = new Uint8Array(posts.n);
  const unwanted = new Uint8Array(posts.n);
  const raise = (row: number, to: number): void => {
    if (row !== NO_ROW) gain[row] = Math.max(gain[row] ?? 0, to);
  };
  for (let row = 0; row < posts.n; row++) {
    const act = acts[row] ?? 0;
    if ((act & POST_ACTS.like) !== 0) raise(row, GAIN.like);
    if ((act & POST_ACTS.save) !== 0) raise(row, GAIN.save);
    if ((act & POST_ACTS.more) !== 0) raise(row, GAIN.more);
    if ((act & (POST_ACTS.hide | POST_ACTS.less)) !== 0) unwanted[row] = 1;
    if (mine[row] !== 1) continue;
    raise(columns.post('replyToRow')[row] ?? NO_ROW, GAIN.reply);
    raise(columns.post('boostOfRow')[row] ?? NO_ROW, GAIN.boost);
  }
  // What the owner wrote is no find of any order.
  for (let row = 0; row < posts.n; row++) if (mine[row] === 1) gain[row] = 0;
  return { gain, unwanted };
}
