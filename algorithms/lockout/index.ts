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

export function decide(batch: Batch, _ctx: Ctx): BlockOut {
  const authorIdx = indexes(batch, 'authorIdx');
  const mine = flags(batch, 'mine');
  const mentionsMe = flags(batch, 'mentionsMe');
  const isReply = flags(batch, 'isReply');
  const contacts = [numbers(batch, 'myReplies30d'), numbers(batch, 'myLikes30d'), numbers(batch, 'myBoosts30d')];
  const iFollow = authorFlags(batch, 'iFollow');
  const followsMe = authorFlags(batch, 'followsMe');
  const ageDays = authorNumbers(batch, 'ageDays');
  const followers = authorNumbers(batch, 'followers');
  const decisions = new Decisions(2);
  for (let row = 0; row < batch.n; row++) {
    const author = authorIdx[row] ?? NO_ROW;
    if (author === NO_ROW || mine[row] === 1 || iFollow[author] === 1) continue;
    if (followersPass && followsMe[author] === 1) continue;
    if (contactsPass && contacts.some((column) => (column[row] ?? 0) > 0)) continue;
    const towardsMe = mentionsMe[row] === 1 || (where === 'replies' && isReply[row] === 1);
    if (where !== 'all' && !towardsMe) continue;
    // What is kept out is the person, or with a narrower setting only the posts that come at the owner.
    const target = where === 'all' ? 1 : 0;
    markStranger(
      (reason, value = NaN) => decisions.add(row, severity, target, reason, author, value),
      ageDays[author] ?? NaN,
      followers[author] ?? NaN,
    );
  }
  return decisions.out();
}
