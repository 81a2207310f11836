import type { Batch, BatchText, BlockOut, Ctx, JsonObject } from '../../../sdk/index.d.ts';

/** Kinds of text, by the SDK's list. */
const CONTENT = 0;
const HOST = 5;
const SEVERITY: Readonly<Record<string, number>> = { inform: 0, warn: 1, hide: 3 };

let enough = 40;
let severity = 1;
let repliesToo = false;

export function init(settings: JsonObject, _ctx: Ctx): void {
  if (typeof settings['letters'] === 'number') enough = settings['letters'];
  if (typeof settings['what'] === 'string') severity = SEVERITY[settings['what']] ?? 1;
  repliesToo = settings['repliesToo'] === true;
}

/** Letters and numbers of any script, without those of addresses. */
function lettersIn(text: string): number {
  const rest = text.replace(/\bhttps?:\/\/\S+|\bwww\.\S+/gi, '');
  return rest.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

/** Letters beside the links of a post; null: it has no link. */
function ownLetters(text: BatchText, row: number): number | null {
  if (typeof text.arena !== 'string') return null;
  let letters = 0;
  let links = false;
  const end = text.postSeg[row + 1] ?? 0;
  for (let part = text.postSeg[row] ?? 0; part < end; part++) {
    if (text.kind[part] === HOST) links = true;
    if (text.kind[part] === CONTENT) letters += lettersIn(text.arena.slice(text.off[part], text.off[part + 1]));
  }
  return links ? letters : null;
}

export function decide(batch: Batch, _ctx: Ctx): BlockOut {
  const { text } = batch;
  const isReply = batch.u8.isReply ?? new Uint8Array(batch.n);
  const rows: number[] = [];
  const args: number[] = [];
  for (let row = 0; row < batch.n; row++) {
    if (text === undefined || (isReply[row] === 1 && !repliesToo)) continue;
    const letters = ownLetters(text, row);
    if (letters === null || letters >= enough) continue;
    rows.push(row);
    // The second number is the setting's own: the locker fills it in.
    args.push(letters, NaN);
  }
  return {
    row: Uint32Array.from(rows),
    severity: new Uint8Array(rows.length).fill(severity),
    target: new Uint8Array(rows.length),
    reason: new Uint16Array(rows.length),
    args: Float64Array.from(args),
  };
}
