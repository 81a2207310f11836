import type { ColumnSource } from './column-values.ts';
import { uniteVerdicts, type Effects, type Verdict } from './effects.ts';

/** A verdict with the name of the exceptions behind `spared`. */
export interface Judgement extends Verdict {
  readonly exceptions: string;
}

/** Keeps the last union of verdicts: while the owner moves a slider, nobody has decided anything new. */
export class EffectsMemory {
  #latest: {
    readonly columns: ColumnSource;
    readonly judgements: readonly Judgement[];
    readonly effects: Effects;
  } | null = null;

  unite(columns: ColumnSource, judgements: readonly Judgement[]): Effects {
    const known = this.#latest;
    if (known?.columns.posts === columns.posts && sameJudgements(known.judgements, judgements)) return known.effects;
    const effects = uniteVerdicts(columns, judgements);
    this.#latest = { columns, judgements, effects };
    return effects;
  }
}

function sameJudgements(before: readonly Judgement[], now: readonly Judgement[]): boolean {
  return (
    before.length === now.length &&
    now.every(({ entry, decisions, exceptions }, i) => {
      const earlier = before[i];
      return earlier?.entry === entry && earlier.decisions === decisions && earlier.exceptions === exceptions;
    })
  );
}
