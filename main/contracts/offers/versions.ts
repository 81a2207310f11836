import type { Offer } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { ClauseChange } from '../../../protocol/owner/services.ts';
import { clauseChanges } from '../words/changes.ts';
import { canonicalHash } from './canonical.ts';

/** What the owner has to do with a change: nothing; a quiet notice; a notice that must be seen; a yes. */
export type Need = 'nothing' | 'quiet' | 'seen' | 'prompt';
const NEEDS: readonly Need[] = ['nothing', 'quiet', 'seen', 'prompt'];

export interface ClauseVersion extends ClauseChange {
  readonly need: Need;
  /** A new optional clause: it is off until the owner switches it on. */
  readonly startsOff: boolean;
}

export interface VersionComparison {
  /** The strictest of all: `prompt` keeps the version before in force until the owner says yes. */
  readonly need: Need;
  readonly clauses: readonly ClauseVersion[];
  /** Who is responsible has changed; always a prompt. */
  readonly controllerChanged: boolean;
  /** Notice, language or names of its own datatypes have changed. */
  readonly textChanged: boolean;
}

/**
 * What a later version of an offer changes. Both have been parsed, so that each holds by itself.
 *
 * @throws LockerError `offer_version` for a lower version, another digest under the same version, another contract, or one
 * that does not replace what it follows
 */
export function compareVersions(previous: Offer, next: Offer): VersionComparison {
  const isSame = next.version === previous.version && next.digest === previous.digest;
  if (next.id !== previous.id || next.client_id !== previous.client_id) throw refused('another contract');
  if (next.version < previous.version) throw refused('a lower version');
  if (next.version === previous.version && !isSame) throw refused('another digest under the same version');
  if (!isSame && next.replaces === undefined) throw refused('it does not say what it replaces');
  if (next.version === previous.version + 1 && next.replaces !== previous.digest) throw refused('it replaces another');
  const controllerChanged = canonicalHash(next.controller) !== canonicalHash(previous.controller);
  const textChanged = canonicalHash(shownTexts(next)) !== canonicalHash(shownTexts(previous));
  const clauses = clauseChanges(previous.clauses, next.clauses, 'grows', titlesOf(next)).map(
    (change): ClauseVersion => {
      const isRequired = next.clauses.some((it) => it.clause_id === change.clauseId && it.necessity === 'required');
      const startsOff = change.change === 'added' && !isRequired;
      return { ...change, startsOff, need: needOf(change, startsOff, hasNewText(previous, next, change.clauseId)) };
    },
  );
  const needs = [
    ...clauses.map(({ need }) => need),
    ...(controllerChanged ? (['prompt'] as const) : []),
    ...(textChanged ? (['seen'] as const) : []),
    ...(isSame ? [] : (['quiet'] as const)),
  ];
  return { need: strictest(needs), clauses, controllerChanged, textChanged };
}

/** Titles of the datatypes that an offer brings. */
export function titlesOf(offer: Pick<Offer, 'datatypes'>): Map<string, string> {
  return new Map(offer.datatypes.map(({ name, title }) => [name, title]));
}

function needOf({ change }: ClauseChange, startsOff: boolean, newText: boolean): Need {
  switch (change) {
    case 'wider':
      return 'prompt';
    case 'added':
      return startsOff ? 'quiet' : 'prompt';
    case 'text':
      return 'seen';
    case 'narrower':
    case 'removed':
      return newText ? 'seen' : 'quiet';
    case 'same':
      return 'nothing';
  }
}

/** A clause may become narrower and say something else of itself at once. */
function hasNewText(previous: Offer, next: Offer, id: string): boolean {
  const [before, after] = [previous, next].map(
    (offer) => offer.clauses.find((it) => it.clause_id === id)?.purpose_text,
  );
  return before !== undefined && after !== undefined && canonicalHash(before) !== canonicalHash(after);
}

function shownTexts(offer: Offer): unknown {
  return {
    notice: offer.notice_uri ?? null,
    language: offer.language,
    titles: offer.datatypes.map(({ name, title }) => [name, title]),
  };
}

function strictest(needs: readonly Need[]): Need {
  return NEEDS.findLast((need) => needs.includes(need)) ?? 'nothing';
}

function refused(detail: string): LockerError {
  return new LockerError('offer_version', { detail });
}
