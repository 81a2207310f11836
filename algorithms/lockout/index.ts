import { authorFlags, authorNumbers, flags, indexes, NO_ROW, numbers } from '../shared/columns.ts';
import { Decisions } from '../shared/decisions.ts';
import { choiceSetting, flagSetting, numberSetting } from '../shared/settings.ts';
import type { Batch, BlockOut, Ctx, JsonObject, Severity } from '../types.ts';

/** Places in the manifest's reasons. */
const REASON = { young: 0, fewFollowers: 1, unknown: 2, stranger: 3 } as const;
const SEVERITIES = ['hide', 'blur', 'warn', 'inform'] as const;
const SEVERITY_OF: Readonly<Record<(typeof SEVERITIES)[number], Severity>> = { inform: 0, warn: 1, blur: 2, hide: 3 };

let where: 'all' | 'mentions' | 'replies' = 'all';
let minAgeDays = 7;
let minFollowers = 0;
let anyStranger = false;
let unknownToo = false;
let followersPass = true;
let contactsPass = true;
let severity: Severity = 3;

export function init(settings: JsonObject, _ctx: Ctx): void {
  where = choiceSetting(settings, 'where', ['all', 'mentions', 'replies']);
  minAgeDays = numberSetting(settings, 'minAgeDays', 7);
  minFollowers = numberSetting(settings, 'minFollowers', 0);
  anyStranger = flagSetting(settings, 'anyStranger', false);
  unknownToo = flagSetting(settings, 'unknown', false);
  followersPass = flagSetting(settings, 'followersPass', true);
  contactsPass = flagSetting(settings, 'contactsPass', true);
  severity = SEVERITY_OF[choiceSetting(settings, 'severity', SEVERITIES)];
}

/** Why a stranger is kept out, by what is known of the account; every reason that holds. */
function markStranger(add: (reason: number, value?: number) => void, ageDays: number, followers: number): void {
  if (anyStranger) add(REASON.stranger);
  if (ageDays < minAgeDays) add(REASON.young, Math.floor(Math.max(ageDays, 0)));
  if (followers < minFollowers) add(REASON.fewFollowers, followers);
  const ageMissing = minAgeDays > 0 && Number.isNaN(ageDays);
  const followersMissing = minFollowers > 0 && Number.isNaN(followers);
  if (unknownToo && (ageMissing || followersMissing)) add(REASON.unknown);
}

/** Rows whose author the owner has a tie with: wrote it, follows, is followed by, or lately reacted to. */
function tiedRows(batch: Batch): Uint8Array {
  const authorIdx = indexes(batch, 'authorIdx');
  const mine = flags(batch, 'mine');
  const contacts = [numbers(batch, 'myReplies30d'), numbers(batch, 'myLikes30d'), numbers(batch, 'myBoosts30d')];
  const iFollow = authorFlags(batch, 'iFollow');
  const followsMe = authorFlags(batch, 'followsMe');
  const tied = new Uint8Array(batch.n);
  for (let row = 0; row < batch.n; row++) {
    const author = authorIdx[row] ?? NO_ROW;
    const contact = contactsPass && contacts.some((column) => (column[row] ?? 0) > 0);
    const follows = iFollow[author] === 1 || (followersPass && followsMe[author] === 1);
    if (mine[row] === 1 || follows || contact) tied[row] = 1;
  }
  return tied;
}

export function decide(batch: Batch, _ctx: Ctx): BlockOut {
  const authorIdx = indexes(batch, 'authorIdx');
  const personIdx = indexes(batch, 'personIdx');
  const mentionsMe = flags(batch, 'mentionsMe');
  const isReply = flags(batch, 'isReply');
  const ageDays = authorNumbers(batch, 'ageDays');
  const followers = authorNumbers(batch, 'followers');
  const tied = tiedRows(batch);
  /** A tie with one account of a person is a tie with the person. */
  const friends = new Set<number>();
  for (let row = 0; row < batch.n; row++) if (tied[row] === 1) friends.add(personIdx[row] ?? NO_ROW);
  friends.delete(NO_ROW);
  const marked = new Uint8Array(batch.author.n);
  const decisions = new Decisions(2);
  for (let row = 0; row < batch.n; row++) {
    const author = authorIdx[row] ?? NO_ROW;
    if (author === NO_ROW || tied[row] === 1 || friends.has(personIdx[row] ?? NO_ROW)) continue;
    // What is kept out is the person, named once; with a narrower setting it is the posts that come at the owner.
    if (where === 'all') {
      if (marked[author] === 1) continue;
      marked[author] = 1;
    } else if (mentionsMe[row] !== 1 && !(where === 'replies' && isReply[row] === 1)) continue;
    markStranger(
      (reason, value = NaN) => decisions.add(row, severity, where === 'all' ? 1 : 0, reason, author, value),
      ageDays[author] ?? NaN,
      followers[author] ?? NaN,
    );
  }
  return decisions.out();
}
