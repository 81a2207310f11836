import { authorFlags, flags, indexes, NO_ROW } from '../shared/columns.ts';
import { Decisions } from '../shared/decisions.ts';
import { choiceSetting, flagSetting } from '../shared/settings.ts';
import type { Batch, BlockOut, Ctx, JsonObject, Severity } from '../types.ts';
import { decodeWeights, heat, type Model } from './model.ts';
import { MODEL } from './weights.ts';

/** The languages whose precision and recall are on the page; it says nothing about posts in others. */
const MEASURED = ['en'];
/** Place of what the author wrote among the kinds of text. */
const CONTENT = 0;
const SEVERITY_OF = { inform: 0, warn: 1, blur: 2, hide: 3 } as const;

let model: Model | undefined;
let threshold = 1;
let unknownLanguage = false;
let followingPass = false;
let severity: Severity = 1;

export function init(settings: JsonObject, _ctx: Ctx): void {
  threshold = MODEL.thresholds[choiceSetting(settings, 'level', ['careful', 'usual', 'wide'])];
  unknownLanguage = flagSetting(settings, 'unknownLanguage', false);
  followingPass = flagSetting(settings, 'followingPass', false);
  severity = SEVERITY_OF[choiceSetting(settings, 'severity', ['warn', 'hide', 'blur', 'inform'])];
}

/** Per place in `langs`, whether posts of that language may be judged. */
function judged(langs: readonly string[]): boolean[] {
  return langs.map((lang) => {
    const main = lang.toLowerCase().replace(/[-_].*$/u, '');
    return MEASURED.includes(main) || (unknownLanguage && (main === 'und' || main === ''));
  });
}

export function decide(batch: Batch, _ctx: Ctx): BlockOut {
  const decisions = new Decisions(1);
  const { text } = batch;
  if (text === undefined || typeof text.arena !== 'string') return decisions.out();
  const { arena, off, kind, postSeg } = text;
  model ??= { ...MODEL, weights: decodeWeights(MODEL.weights) };
  const authorIdx = indexes(batch, 'authorIdx');
  const langIdx = indexes(batch, 'langIdx');
  const mine = flags(batch, 'mine');
  const iFollow = authorFlags(batch, 'iFollow');
  const mayJudge = judged(batch.langs ?? []);
  for (let row = 0; row < batch.n; row++) {
    const lang = langIdx[row] ?? NO_ROW;
    if (mine[row] === 1 || !(lang === NO_ROW ? unknownLanguage : mayJudge[lang] === true)) continue;
    if (followingPass && iFollow[authorIdx[row] ?? NO_ROW] === 1) continue;
    let most = 0;
    for (let segment = postSeg[row] ?? 0; segment < (postSeg[row + 1] ?? 0); segment++) {
      if (kind[segment] !== CONTENT) continue;
      most = Math.max(most, heat(model, arena.slice(off[segment], off[segment + 1])));
    }
    if (most >= threshold) decisions.add(row, severity, 0, 0, most);
  }
  return decisions.out();
}
