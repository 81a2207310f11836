import type { Clause } from '../../../protocol/contract/clause.ts';
import type { ClauseView } from '../../../protocol/owner/services.ts';
import { fieldTables, type FieldTables } from '../offers/field-tables.ts';
import type { Titles } from './names.ts';
import { say } from './say.ts';
import { isReading, termsOf } from './terms.ts';

/** What the words need to know of the datatypes that services brought. */
export interface WordSources {
  readonly titles?: Titles;
  readonly tables?: FieldTables;
}

/**
 * A clause as screens draw it. All of it but `title` and `explanation`, which are the service's own words from
 * `offered`, is made from `clause`, the effective one.
 */
export function clauseView(clause: Clause, offered: Clause, language: string, sources: WordSources = {}): ClauseView {
  const text = textIn(offered.purpose_text, language);
  return {
    clause,
    title: text?.short ?? clause.clause_id,
    explanation: text?.long ?? '',
    required: clause.necessity === 'required',
    terms: termsOf(clause, sources.titles),
    cautions: cautionsOf(clause, sources.tables ?? fieldTables()),
  };
}

type Texts = Clause['purpose_text'];

/** In the owner's language, or one like it, or English, or whichever comes first. */
function textIn(texts: Texts, language: string): Texts[string] | undefined {
  const tags = Object.keys(texts).sort();
  const base = (tag: string): string => tag.toLowerCase().split('-')[0] ?? '';
  const tag =
    tags.find((it) => it.toLowerCase() === language.toLowerCase()) ??
    tags.find((it) => base(it) === base(language)) ??
    tags.find((it) => base(it) === 'en') ??
    tags[0];
  return tag === undefined ? undefined : texts[tag];
}

const SELLING = new Set(['SellDataToThirdParties', 'SellInsightsFromData']);

function cautionsOf(clause: Clause, tables: FieldTables): string[] {
  const [privilege] = clause.privileges;
  const isOfClass = (name: string, fieldClass: string): boolean =>
    clause.datatypes.some((datatype) => tables(datatype)?.get(name)?.class === fieldClass);
  const reads = isReading(clause);
  const isCoded = reads && privilege !== 'raw';
  return [
    ...(isCoded && clause.fields.some((name) => isOfClass(name, 'text')) ? [say('caution.text')] : []),
    ...(isCoded && clause.filter.some(({ field }) => isOfClass(field, 'identifier')) ? [say('caution.filter')] : []),
    ...(reads && clause.others_private ? [say('caution.others_private')] : []),
    ...(reads && clause.datatypes.includes('social.message') ? [say('caution.message')] : []),
    ...(clause.recipients.length > 0 ? [say('caution.recipients')] : []),
    ...(clause.purpose.some((purpose) => SELLING.has(purpose)) ? [say('caution.profit')] : []),
    ...(reads && clause.retention.max === undefined ? [say('caution.forever')] : []),
    ...(reads && clause.retention.on_withdraw === 'keep' ? [say('caution.keep')] : []),
  ];
}
