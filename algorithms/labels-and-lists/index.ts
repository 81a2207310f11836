import { authorFlags, flags, indexes, NO_ROW } from '../shared/columns.ts';
import { Decisions } from '../shared/decisions.ts';
import { choiceSetting, flagSetting } from '../shared/settings.ts';
import type { Batch, BlockOut, BlockTarget, Ctx, JsonObject, OwnerLabel, Severity } from '../types.ts';

/** Places in the manifest's reasons. */
const REASON = { post: 0, account: 1, host: 2 } as const;
const TARGET: Readonly<Record<OwnerLabel['about'], BlockTarget>> = { post: 0, account: 1, host: 4 };
const SEVERITY_OF = { inform: 0, warn: 1, blur: 2, hide: 3 } as const;
const NOTHING = -1;

let undecided: 'advice' | 'hide' | 'blur' | 'warn' | 'inform' | 'nothing' = 'advice';
let atMost: Severity = 3;
let followingPass = false;

export function init(settings: JsonObject, _ctx: Ctx): void {
  undecided = choiceSetting(settings, 'undecided', ['advice', 'hide', 'blur', 'warn', 'inform', 'nothing']);
  atMost = SEVERITY_OF[choiceSetting(settings, 'atMost', ['hide', 'blur', 'warn', 'inform'])];
  followingPass = flagSetting(settings, 'followingPass', false);
}

/** What a label does: the owner's decision about it, else the setting for labels without one; -1: nothing. */
function effectOf({ severity, advised }: OwnerLabel): Severity | typeof NOTHING {
  const meant =
    severity ?? (undecided === 'advice' ? advised : undecided === 'nothing' ? NOTHING : SEVERITY_OF[undecided]);
  if (meant === NOTHING) return NOTHING;
  return meant < atMost ? meant : atMost;
}

interface Mark {
  readonly row: number;
  readonly severity: Severity;
  readonly about: OwnerLabel['about'];
  readonly label: number;
  readonly author: number;
}

export function decide(batch: Batch, ctx: Ctx): BlockOut {
  const decisions = new Decisions(3);
  const kinds = ctx.owner.labels ?? [];
  const { labels } = batch;
  if (labels === undefined || kinds.length === 0) return decisions.out();
  const effects = kinds.map(effectOf);
  const authorIdx = indexes(batch, 'authorIdx');
  const mine = flags(batch, 'mine');
  const iFollow = authorFlags(batch, 'iFollow');
  const marks: Mark[] = [];

  function mark(row: number, author: number, list: Uint32Array, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      const label = list[at] ?? NO_ROW;
      const kind = kinds[label];
      const severity = effects[label] ?? NOTHING;
      if (kind !== undefined && severity !== NOTHING) marks.push({ row, severity, about: kind.about, label, author });
    }
  }

  /** An account or a host is named once, by the first of its posts. */
  const named = new Uint8Array(batch.author.n);
  for (let row = 0; row < batch.n; row++) {
    const author = authorIdx[row] ?? NO_ROW;
    if (mine[row] === 1 || (followingPass && iFollow[author] === 1)) continue;
    mark(row, author, labels.post, labels.postOff[row] ?? 0, labels.postOff[row + 1] ?? 0);
    if (author === NO_ROW || named[author] === 1) continue;
    named[author] = 1;
    mark(row, author, labels.author, labels.authorOff[author] ?? 0, labels.authorOff[author + 1] ?? 0);
  }
  for (const { row, severity, about, label, author } of strongest(marks, 2 * batch.n + 16)) {
    if (about === 'post') decisions.add(row, severity, TARGET.post, REASON.post, label, label);
    else decisions.add(row, severity, TARGET[about], REASON[about], author === NO_ROW ? NaN : author, label, label);
  }
  return decisions.out();
}

/** There may be more labels than decisions that a blocker may give: those that do least are left out. */
function strongest(marks: readonly Mark[], most: number): readonly Mark[] {
  if (marks.length <= most) return marks;
  return [3, 2, 1, 0].flatMap((severity) => marks.filter((mark) => mark.severity === severity)).slice(0, most);
}
