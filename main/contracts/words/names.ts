import type { Condition, FilterValue } from '../../../protocol/contract/clause.ts';
import { isInstant } from '../lattice/times.ts';
import { either, isMessageKey, languageName, number, quoted, say, time } from './say.ts';

/** Titles that services gave to the datatypes they brought, by name. */
export type Titles = ReadonlyMap<string, string>;

/** A kind of records; one that a service brought by its title and its name, as the title is the service's own word. */
export function datatypeWords(datatype: string, titles: Titles): string {
  const key = `datatype.${datatype}`;
  return isMessageKey(key)
    ? say(key)
    : say('datatype.own', { title: quoted(titles.get(datatype) ?? datatype), name: datatype });
}

/** A field; one of a service's own records in quotes, whatever it is called. */
/** Fields that the locker itself keeps of every record. */
const COMMON = new Set(['id', 'source', 'published', 'updated']);

export function fieldWords(field: string, isOwn: boolean): string {
  const key = `field.${field}`;
  return (!isOwn || COMMON.has(field)) && isMessageKey(key) && field !== 'other'
    ? say(key)
    : say('field.other', { name: field });
}

/** `isOwn`: the field is of a service's own records, where a known name need not mean what it means elsewhere. */
export function conditionWords(condition: Condition, isOwn: boolean): string {
  const name = fieldWords(condition.field, isOwn);
  if (condition.op === 'gte' || condition.op === 'lte') {
    const { op, value } = condition;
    // Only times and numbers are ordered; whatever else stands here is shown as it is.
    return typeof value === 'string' && isInstant(value)
      ? say(`filter.${op}.time`, { field: name, value: time(value) })
      : say(`filter.${op}.number`, { field: name, value: valueWords(value, condition.field, isOwn) });
  }
  const values = condition.op === 'in' ? condition.value : [condition.value];
  const [first] = values;
  const flag = `filter.${condition.field}.${first}`;
  if (!isOwn && values.length === 1 && typeof first === 'boolean' && isMessageKey(flag)) return say(flag);
  const words = either(values.map((value) => valueWords(value, condition.field, isOwn)));
  return condition.field === 'visibility' && !isOwn
    ? say('filter.visibility', { values: words })
    : say('filter.eq', { field: name, values: words });
}

function valueWords(value: FilterValue, field: string, isOwn: boolean): string {
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return say(value ? 'value.true' : 'value.false');
  if (field === 'published') return isInstant(value) ? time(value) : quoted(value);
  const visibility = `visibility.${value}`;
  if (field === 'visibility' && !isOwn && isMessageKey(visibility)) return say(visibility);
  const language = field === 'language' && !isOwn ? languageName(value) : null;
  return language === null ? quoted(value) : say('value.language', { name: language, code: value });
}
