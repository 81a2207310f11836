import type { Clause } from '../../../protocol/contract/clause.ts';
import type { ClauseChange } from '../../../protocol/owner/services.ts';
import { diff, type TermChange } from '../lattice/meet.ts';
import { datatypeWords, fieldWords, type Titles } from './names.ts';
import { purposeWords } from './purposes.ts';
import { list, quoted, say } from './say.ts';
import { actionWords, hasOwn, termsOf, termText } from './terms.ts';

/** Which side is told: `all` of the difference, or only what `grows`. */
export type Told = 'all' | 'grows';

/** By `clause_id`, what differs between two sets of clauses, in the order of the second; what is gone comes last. */
export function clauseChanges(
  before: readonly Clause[],
  after: readonly Clause[],
  told: Told = 'all',
  titles: Titles = new Map(),
): ClauseChange[] {
  const earlier = new Map(before.map((clause) => [clause.clause_id, clause]));
  const changes = after.map((clause) => {
    const previous = earlier.get(clause.clause_id);
    earlier.delete(clause.clause_id);
    return previous === undefined ? added(clause, titles) : changeOf(previous, clause, told, titles);
  });
  const removed = [...earlier.values()].map((clause): ClauseChange => ({
    clauseId: clause.clause_id,
    change: 'removed',
    texts: told === 'grows' ? [] : termsOf(clause, titles).map(({ text }) => text),
  }));
  return [...changes, ...removed];
}

function added(clause: Clause, titles: Titles): ClauseChange {
  return { clauseId: clause.clause_id, change: 'added', texts: termsOf(clause, titles).map(({ text }) => text) };
}

function changeOf(before: Clause, after: Clause, told: Told, titles: Titles): ClauseChange {
  const all = diff(before, after);
  const terms = all.filter(({ term }) => term !== 'purpose_text');
  const texts = terms.flatMap((change) => textsOf(change, before, after, told, titles));
  const own = all.length === terms.length ? [] : ownWords(after);
  const change = terms.some((it) => it.change !== 'narrower')
    ? 'wider'
    : terms.length > 0
      ? 'narrower'
      : own.length > 0
        ? 'text'
        : 'same';
  return { clauseId: after.clause_id, change, texts: [...texts, ...own] };
}

/** Service's own words, where they changed. */
function ownWords({ purpose_text }: Clause): string[] {
  const texts = Object.values(purpose_text);
  if (texts.length === 0) return [say('change.untold')];
  return texts.map(({ short, long }) =>
    say('change.text', { text: quoted(long === '' ? short : `${short}: ${long}`) }),
  );
}

function textsOf({ term, change }: TermChange, before: Clause, after: Clause, told: Told, titles: Titles): string[] {
  if (told === 'grows' && change === 'narrower') return [];
  switch (term) {
    case 'actions':
      return setTexts(before.actions, after.actions, told, (its) =>
        say('change.actions', { list: actionWords(its, after.privileges) }),
      );
    case 'datatypes':
      return setTexts(before.datatypes, after.datatypes, told, (its) =>
        say('change.datatypes', { list: list(its.map((it) => datatypeWords(it, titles))) }),
      );
    case 'fields':
      return setTexts(before.fields, after.fields, told, (its) =>
        say('change.fields', { list: list(its.map((it) => fieldWords(it, hasOwn(after)))) }),
      );
    case 'purpose':
      return setTexts(before.purpose, after.purpose, told, (its) =>
        say('change.purpose', { list: list(its.map(purposeWords)) }),
      );
    case 'recipients':
      return setTexts(before.recipients, after.recipients, told, (its) =>
        say('change.recipients', { list: list(its.map(quoted)) }),
      );
    case 'necessity':
      return [say(after.necessity === 'required' ? 'change.required' : 'change.optional')];
    case 'purpose_text':
      return [];
    default:
      return [
        say('change.now', {
          after: termText(term, after, titles) ?? say('change.unset'),
          before: termText(term, before, titles) ?? say('change.unset'),
        }),
      ];
  }
}

function setTexts<T>(before: readonly T[], after: readonly T[], told: Told, text: (items: T[]) => string): string[] {
  const more = after.filter((item) => !before.includes(item));
  const less = told === 'grows' ? [] : before.filter((item) => !after.includes(item));
  return [
    ...(more.length === 0 ? [] : [say('change.added', { text: text(more) })]),
    ...(less.length === 0 ? [] : [say('change.removed', { text: text(less) })]),
  ];
}
