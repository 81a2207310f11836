import { DATATYPES, isDatatype } from '../../protocol/datatypes.ts';
import { Clause, ENFORCED, PRIVILEGES } from '../../protocol/contract/clause.ts';
import type { ClauseLimit, Limits } from '../../protocol/contract/offer.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { PostView } from '../../protocol/owner/data.ts';
import type { ClauseView, Preview, Term } from '../../protocol/owner/services.ts';

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
  const text: Partial<Record<Term['term'], string>> = {
    actions: clause.actions.join(', '),
    datatypes: clause.datatypes.join(', '),
    fields: clause.fields.join(', '),
    window: [
      clause.window.rolling === undefined ? '' : `the last ${clause.window.rolling.slice(1, -1)} days`,
      clause.window.since === undefined ? '' : `since ${clause.window.since.slice(0, 10)}`,
    ]
      .filter((part) => part !== '')
      .join(', and '),
    privileges: {
      raw: 'single records as they are',
      pseudonymous: 'single records, names and addresses replaced',
      aggregate: 'counts only, no single record',
    }[clause.privileges[0]],
    rate: [
      clause.rate.rows_per_day === undefined ? '' : `at most ${String(clause.rate.rows_per_day)} records a day`,
      clause.rate.per_hour === undefined ? '' : `at most ${String(clause.rate.per_hour)} requests an hour`,
    ]
      .filter((part) => part !== '')
      .join(', '),
    validity: clause.validity.until === undefined ? '' : `until ${clause.validity.until.slice(0, 10)}`,
    others_private: clause.others_private ? 'also what others did not publish for everyone' : 'only what is public',
    purpose: clause.purpose.join(', '),
    retention: `${clause.retention.max === undefined ? 'no time stated' : `at most ${clause.retention.max.slice(1, -1)} days`}; ${clause.retention.on_withdraw === 'erase' ? 'erased when you withdraw' : 'kept when you withdraw'}`,
    recipients: clause.recipients.length === 0 ? 'nobody' : clause.recipients.join(', '),
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
