import type { BatchText } from '../../protocol/batch.ts';
import { tokensOf } from './tokens.ts';

/** Text of posts as the store gives it: post p owns segments `postSeg[p] .. postSeg[p + 1]`, `kind` indexes TEXT_KINDS. */
export interface PostTexts {
  readonly postSeg: Uint32Array;
  readonly kind: Uint8Array;
  readonly text: readonly string[];
}

/** The whole text in one string: a string per post would be copied one by one into the sandbox. */
export function fullArena(texts: PostTexts): BatchText {
  const off = new Uint32Array(texts.text.length + 1);
  for (let s = 0; s < texts.text.length; s++) off[s + 1] = (off[s] ?? 0) + (texts.text[s]?.length ?? 0);
  return { arena: texts.text.join(''), off, postSeg: texts.postSeg, kind: texts.kind };
}

/** Numbers for tokens within one batch, in order of first appearance: a number says nothing but "the same token". */
export type Dictionary = Map<string, number>;

/** The text as token numbers; `dictionary` is filled as new tokens appear. */
export function tokenArena(texts: PostTexts, dictionary: Dictionary): BatchText {
  const off = new Uint32Array(texts.text.length + 1);
  const arena: number[] = [];
  for (const [s, text] of texts.text.entries()) {
    for (const token of tokensOf(text)) arena.push(tokenNumber(dictionary, token));
    off[s + 1] = arena.length;
  }
  return { arena: Uint32Array.from(arena), off, postSeg: texts.postSeg, kind: texts.kind };
}

/** A phrase in the numbers of a batch's dictionary. */
export function tokenNumbers(text: string, dictionary: Dictionary): number[] {
  return tokensOf(text).map((token) => tokenNumber(dictionary, token));
}

function tokenNumber(dictionary: Dictionary, token: string): number {
  const known = dictionary.get(token);
  if (known !== undefined) return known;
  const number = dictionary.size;
  dictionary.set(token, number);
  return number;
}
