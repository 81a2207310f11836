import { DATATYPES, isDatatype } from '../../protocol/datatypes.ts';
import { Clause, ENFORCED, PRIVILEGES } from '../../protocol/contract/clause.ts';
import type { ClauseLimit, Limits } from '../../protocol/contract/offer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { PostView } from '../../protocol/owner/data.ts';
import type { ClauseView, Preview, Term } from '../../protocol/owner/services.ts';
import { fieldName, kindsName } from '../prompt/words.ts';

/** A rough double of the contracts room: enough for the screens to be drawn and tried, never for a real decision. */

const DAY_MS = 86_400_000;

function narrowed(clause: Clause, limit: ClauseLimit | undefined): Clause | null {
  if (limit === undefined) return clause;
  if (limit.off) return null;
  const keep = <T extends string>(all: T[], kept: readonly string[] | undefined): T[] =>
    kept === undefined ? all : all.filter((one) => kept.includes(one));
  return {
    ...clause,
    fields: keep(clause.fields, limit.fields),
    actions: keep(clause.actions, limit.actions),
    datatypes: keep(clause.datatypes, limit.datatypes),
    window: { ...clause.window, ...limit.window },
    privileges: limit.privileges ?? clause.privileges,
    rate: {
      ...clause.rate,
      ...(limit.per_hour === undefined ? {} : { per_hour: limit.per_hour }),
      ...(limit.rows_per_day === undefined ? {} : { rows_per_day: limit.rows_per_day }),
    },
    validity: { ...clause.validity, ...(limit.until === undefined ? {} : { until: limit.until }) },
    others_private: clause.others_private && limit.no_others_private !== true,
  };
}

function termsOf(clause: Clause): Term[] {
  const days = (duration: string): string => `${duration.slice(1, -1)} days`;
  const reads = clause.actions.includes('read');
  const { window, rate, validity, retention, recipients } = clause;
  const text: Partial<Record<Term['term'], string>> = {
    actions: reads
      ? 'It may look up single records, list, count and search them, and be told when they change.'
      : 'It may add records of its own to your locker, and change or delete those.',
    datatypes: `Kinds of records: ${clause.datatypes.map((name) => kindsName(name).toLowerCase()).join(' and ')}.`,
    fields: `${reads ? 'Of each record only' : 'It may fill in only'}: ${clause.fields.map((name) => fieldName(name).toLowerCase()).join(', ')}.`,
    window:
      window.rolling === undefined && window.since === undefined
        ? 'However old they are.'
        : `Only what was published ${[
            ...(window.since === undefined ? [] : [`on or after ${window.since.slice(0, 10)}`]),
            ...(window.rolling === undefined ? [] : [`in the last ${days(window.rolling)}`]),
          ].join(' and ')}.`,
    privileges: {
      raw: 'As they are, with names.',
      pseudonymous:
        'Names of people and accounts are replaced by codes made up for this contract; links and media are left out.',
      aggregate: 'Counts only, never a single record.',
    }[clause.privileges[0]],
    rate:
      rate.per_hour === undefined && rate.rows_per_day === undefined
        ? 'As often and as much as it asks.'
        : `At most ${[
            ...(rate.per_hour === undefined ? [] : [`${String(rate.per_hour)} requests an hour`]),
            ...(rate.rows_per_day === undefined ? [] : [`${String(rate.rows_per_day)} records a day`]),
          ].join(' and ')}.`,
    validity: validity.until === undefined ? 'Until you withdraw it.' : `Until ${validity.until.slice(0, 10)}.`,
    others_private: clause.others_private
      ? 'Also what other people did not make public, such as what they shared only with you.'
      : 'Of other people only what is public.',
    purpose: 'It says that it wants this to fit its service to you.',
    retention: `It promises to delete its copies after ${retention.max === undefined ? 'no stated time' : days(retention.max)} at most. When you withdraw, it promises to erase them.`,
    recipients:
      recipients.length === 0
        ? 'It promises to pass them on to nobody.'
        : `It says that it passes them on to: ${recipients.join('; ')}.`,
  };
  return Object.entries(text).flatMap(([term, said]: [string, string]) => {
    const parsed = TERMS.find((known) => known === term);
    if (parsed === undefined || said === '') return [];
    return [{ term: parsed, text: said, by: ENFORCED.some((one) => one === parsed) ? 'locker' : 'service' }];
  });
}
const TERMS: readonly Term['term'][] = [...ENFORCED, 'purpose', 'retention', 'recipients'];

export function viewOf(clause: Clause): ClauseView {
  const said = clause.purpose_text['en'];
  return {
    clause,
    title: said?.short ?? '',
    explanation: said?.long ?? '',
    required: clause.necessity === 'required',
    terms: termsOf(clause),
    cautions: [
      ...(clause.privileges[0] === 'pseudonymous' && clause.fields.includes('content')
        ? ['Names are replaced, but the text of a post can still name people.']
        : []),
      ...(clause.others_private ? ['Posts that others showed only to some people are included.'] : []),
    ],
  };
}

function valueOf(post: PostView, field: string): JsonObject[string] {
  switch (field) {
    case 'content':
      return post.html;
    case 'published':
      return new Date(post.published ?? 0).toISOString();
    case 'author':
      return post.author?.uri ?? null;
    case 'language':
      return post.language;
    case 'likes':
      return post.likes;
    case 'boosts':
      return post.boosts;
    case 'tags':
      return post.tags.map((tag) => tag);
    case 'url':
      return post.url;
    default:
      return post.uri;
  }
}

function exampleOf(clause: Clause, datatype: string, post: PostView, n: number): JsonObject {
  if (clause.privileges[0] === 'aggregate') {
    return { published: new Date(Date.now() - n * DAY_MS).toISOString(), count: 7 + n * 3 };
  }
  const table: Readonly<Record<string, { class: string }>> = isDatatype(datatype) ? DATATYPES[datatype] : {};
  const replaced = clause.privileges[0] === 'pseudonymous';
  return Object.fromEntries(
    clause.fields.flatMap((field): [string, JsonObject[string]][] => {
      const kind = table[field]?.class;
      if (kind === undefined || (replaced && (kind === 'link' || kind === 'media'))) return [];
      return [[field, replaced && kind === 'identifier' ? `9f4c${String(n)}a77d01` : valueOf(post, field)]];
    }),
  );
}

export function effectiveOf(clauses: readonly Clause[], limits: Limits): Clause[] {
  return clauses.flatMap((clause) => {
    const limit = limits.find((one) => one.clause_id === clause.clause_id);
    const effective = narrowed(clause, limit);
    return effective === null ? [] : [effective];
  });
}

export function previewOf(clauses: readonly Clause[], limits: Limits, posts: readonly PostView[]): Preview {
  return {
    clauses: clauses.map((offered) => {
      const clause = effectiveOf([offered], limits)[0];
      if (clause === undefined) return { clauseId: offered.clause_id, view: null, byDatatype: [] };
      const days = Number(clause.window.rolling?.slice(1, -1) ?? 100_000);
      const from = Math.max(Date.now() - days * DAY_MS, Date.parse(clause.window.since ?? '1970-01-01T00:00:00Z'));
      const hits = posts.filter((post) => (post.published ?? 0) >= from);
      const reads = clause.actions.some((action) => action !== 'append' && action !== 'update' && action !== 'delete');
      return {
        clauseId: offered.clause_id,
        view: viewOf(clause),
        byDatatype: reads
          ? clause.datatypes.map((datatype) => ({
              datatype,
              count: datatype === 'social.post' ? hits.length : Math.ceil(hits.length / 9),
              examples: hits.slice(0, 5).map((post, n) => exampleOf(clause, datatype, post, n)),
            }))
          : [],
      };
    }),
  };
}

export function makeClause(changes: Record<string, unknown>): Clause {
  return Clause.parse({
    type: 'urn:locker:clause:v1',
    clause_id: 'posts',
    actions: ['read', 'query', 'subscribe'],
    datatypes: ['social.post'],
    fields: ['content', 'published', 'author', 'tags', 'language', 'likes', 'boosts', 'url'],
    window: { rolling: 'P365D' },
    privileges: [PRIVILEGES[0]],
    rate: { rows_per_day: 5000, per_hour: 120 },
    necessity: 'required',
    purpose: ['ServicePersonalisation'],
    purpose_text: {
      en: {
        short: 'A warm start',
        long: 'We look at what you wrote so that your first day with us isn’t an empty page.',
      },
    },
    retention: { max: 'P30D', on_withdraw: 'erase' },
    ...changes,
  });
}
