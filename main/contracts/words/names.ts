import type { Condition, FilterValue } from '../../../protocol/contract/clause.ts';
import { isInstant } from '../lattice/times.ts';
import { isMessageKey, list, number, say, time } from './say.ts';

/** Titles that services gave to the datatypes they brought, by name. */
export type Titles = ReadonlyMap<string, string>;

/** A kind of records; one that a service brought by its title and its name, as the title is the service's own word. */
export function datatypeWords(datatype: string, titles: Titles): string {
  const key = `datatype.${datatype}`;
  return isMessageKey(key)
    ? say(key)
    : say('datatype.own', { title: titles.get(datatype) ?? datatype, name: datatype });
}

/** A field; one of a service's own records in quotes, whatever it is called. */
export function fieldWords(field: string, isOwn: boolean): string {
  const key = `field.${field}`;
  return !isOwn && isMessageKey(key) && field !== 'other' ? say(key) : say('field.other', { name: field });
}

export function conditionWords(condition: Condition, isOwn: boolean): string {
  const field = fieldWords(condition.field, isOwn);
  if (condition.op === 'in') {
    return say('filter.in', {
      field,
      values: list(condition.value.map((value) => valueWords(value, condition.field, isOwn))),
    });
  }
  const { op, value } = condition;
  if (condition.field === 'mine' && !isOwn && op === 'eq')
    return say(value === true ? 'filter.mine.true' : 'filter.mine.false');
  const text = valueWords(value, condition.field, isOwn);
  if (op === 'eq') return say('filter.eq', { field, value: text });
  const kind = typeof value === 'number' ? 'number' : 'time';
  return say(`filter.${op}.${kind}`, { field, value: typeof value === 'string' ? time(value) : text });
}

function valueWords(value: FilterValue, field: string, isOwn: boolean): string {
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return say(value ? 'value.true' : 'value.false');
  return field === 'published' && !isOwn && isInstant(value) ? time(value) : say('value.text', { text: value });
}
