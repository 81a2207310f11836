import type { ColumnSource } from './column-values.ts';
import type { RowDecision } from './decision.ts';
import { uniteVerdicts, type Effects, type Verdict } from './effects.ts';

const HOST = 4;

/** A verdict with the name of the exceptions behind `spared`. */
export interface Judgement extends Verdict {
  readonly exceptions: string;
}

/**
 * Keeps the last union of verdicts: while the owner moves a slider nobody has decided anything new, and a minute later most
 * blockers say the same again. What follows from the union (marks, their texts and digests) then stays as well.
 */
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
    now.every((judgement, i) => {
      const earlier = before[i];
      return (
        earlier?.entry === judgement.entry &&
        earlier.exceptions === judgement.exceptions &&
        (earlier.decisions === judgement.decisions || sameDecisions(earlier, judgement))
      );
    })
  );
}

function sameDecisions(before: Judgement, now: Judgement): boolean {
  return (
    before.decisions.length === now.decisions.length &&
    now.decisions.every((decision, i) => {
      const earlier = before.decisions[i];
      return earlier !== undefined && sameDecision(earlier, decision) && sameHost(before, earlier, now, decision);
    })
  );
}

function sameDecision(before: RowDecision, now: RowDecision): boolean {
  return (
    before.row === now.row &&
    before.severity === now.severity &&
    before.target === now.target &&
    before.reason === now.reason &&
    before.args.length === now.args.length &&
    now.args.every((arg, place) => Object.is(arg, before.args[place]))
  );
}

/** A host is named by its place in a list that may have changed. */
function sameHost(before: Judgement, earlier: RowDecision, now: Judgement, decision: RowDecision): boolean {
  return decision.target !== HOST || before.hostOf(earlier) === now.hostOf(decision);
}
