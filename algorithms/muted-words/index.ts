import { authorFlags, flags, indexes, NO_ROW } from '../shared/columns.ts';
import { Decisions } from '../shared/decisions.ts';
import { choiceSetting, flagSetting } from '../shared/settings.ts';
import type { Batch, BlockOut, Ctx, JsonObject, OwnerWord, Severity } from '../types.ts';
import { BlueskyRules } from './bluesky-rules.ts';
import { KIND, type Finder, type PostText } from './finder.ts';
import { Hosts } from './hosts.ts';
import { OwnRules } from './own-rules.ts';

const SEVERITIES = ['hide', 'blur', 'warn', 'inform'] as const;
const SEVERITY_OF: Readonly<Record<(typeof SEVERITIES)[number], Severity>> = { inform: 0, warn: 1, blur: 2, hide: 3 };

let words: readonly OwnerWord[] = [];
let finder: Finder = new OwnRules([], false);
let hosts = new Hosts([]);
let hostSeverity: Severity = 3;
let ownPosts = false;
/** Kinds of text that are looked at. */
let looked = new Set<number>();

export function init(settings: JsonObject, ctx: Ctx): void {
  words = ctx.owner.words ?? [];
  const rules = choiceSetting(settings, 'rules', ['own', 'bluesky']);
  finder =
    rules === 'own' ? new OwnRules(words, flagSetting(settings, 'ignoreAccents', false)) : new BlueskyRules(words);
  hosts = new Hosts(ctx.owner.hosts ?? []);
  hostSeverity = SEVERITY_OF[choiceSetting(settings, 'hostSeverity', SEVERITIES)];
  ownPosts = flagSetting(settings, 'ownPosts', false);
  looked = new Set([KIND.content, KIND.tag]);
  if (flagSetting(settings, 'warnings', true)) looked.add(KIND.warning);
  if (flagSetting(settings, 'descriptions', true)) looked.add(KIND.alt);
  if (flagSetting(settings, 'cards', true)) looked.add(KIND.card);
  if (flagSetting(settings, 'quotes', true)) looked.add(KIND.quote);
}

export function decide(batch: Batch, ctx: Ctx): BlockOut {
  const decisions = new Decisions(1);
  const { text } = batch;
  if (text === undefined || typeof text.arena !== 'string') return decisions.out();
  const { arena, off, kind, postSeg } = text;
  const authorIdx = indexes(batch, 'authorIdx');
  const langIdx = indexes(batch, 'langIdx');
  const mine = flags(batch, 'mine');
  const iFollow = authorFlags(batch, 'iFollow');
  const live = words.map(({ expiresAt }) => expiresAt === null || expiresAt >= ctx.now);
  /** Row in which a word was found last: one decision per post and word. */
  const lastRow = new Uint32Array(words.length).fill(NO_ROW);
  let row = 0;
  let followed = false;
  const post: PostText = {
    arena,
    off,
    kind,
    first: 0,
    last: 0,
    language: '',
    wanted: (word) =>
      live[word] === true && lastRow[word] !== row && !(followed && words[word]?.excludeFollowing === true),
  };
  const found = (word: number, segment: number): void => {
    const place = kind[segment] ?? KIND.content;
    if (!looked.has(place)) return;
    lastRow[word] = row;
    decisions.add(row, words[word]?.severity ?? 3, 0, place, word);
  };
  for (row = 0; row < batch.n; row++) {
    if (mine[row] === 1 && !ownPosts) continue;
    followed = iFollow[authorIdx[row] ?? NO_ROW] === 1;
    post.first = postSeg[row] ?? 0;
    post.last = postSeg[row + 1] ?? post.first;
    post.language = batch.langs?.[langIdx[row] ?? NO_ROW] ?? '';
    finder.find(post, found);
    if (hosts.size > 0) markHosts(post, row, decisions);
  }
  return decisions.out();
}

function markHosts({ arena, off, kind, first, last }: PostText, row: number, decisions: Decisions): void {
  for (let segment = first; segment < last; segment++) {
    if (kind[segment] !== KIND.host) continue;
    const place = hosts.covering(arena.slice(off[segment], off[segment + 1]));
    if (place < 0) continue;
    decisions.add(row, hostSeverity, 0, KIND.host, place);
    return;
  }
}
