import { DATATYPES, isDatatype } from '../../protocol/datatypes.ts';
import type { Action, Clause } from '../../protocol/contract/clause.ts';
import type { ServiceIdentity } from '../../protocol/owner/services.ts';
import { ownKind } from '../messages/kinds.ts';
import { isMessageKey, t, type MessageKey } from '../messages/translate.ts';
import { duration } from '../text/time.ts';
import { hoursOf, reads } from './limits.ts';

type Keys<Prefix extends string> = Extract<MessageKey, `${Prefix}.${string}`>;
const isFieldKey = (key: string): key is Keys<'field'> => key.startsWith('field.') && isMessageKey(key);

/** A field as a person reads it; a service's own property by its name. */
export function fieldName(field: string): string {
  const key = `field.${field}`;
  return isFieldKey(key) ? t(key) : field;
}

/** A kind of record in the plural: "Posts". */
export function kindsName(datatype: string): string {
  return isDatatype(datatype) ? t(`kinds.${datatype}`) : t('kinds.own', ownKind(datatype));
}

/** "212 posts". */
export function countOf(datatype: string, count: number): string {
  return isDatatype(datatype)
    ? t(`count.${datatype}`, { count })
    : t('count.own', { count, name: ownKind(datatype).name });
}

const lists = new Intl.ListFormat('en', { type: 'conjunction' });

/** A name within a sentence. */
function inText(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** Fields within a sentence: "text, tags and language". */
export function fieldList(fields: readonly string[]): string {
  return lists.format(fields.map((field) => (isFieldKey(`field.${field}`) ? inText(fieldName(field)) : field)));
}

/** What a clause is about, in the locker's words; the service's own title stands beside it, marked as its own. */
export function clauseName(clause: Clause): string {
  const adds = !reads(clause);
  const kinds = lists.format(
    clause.datatypes.map((name, n) => (n > 0 || adds ? inText(kindsName(name)) : kindsName(name))),
  );
  return adds ? t('clause.adds', { kinds }) : kinds;
}

export function actionName(action: Action): string {
  return t(`action.${action}`);
}

/** `P90D` → "90 days". */
export function periodName(period: string): string {
  const hours = hoursOf(period);
  if (!Number.isFinite(hours)) return t('limit.period.any');
  const days = hours / 24;
  if (!Number.isInteger(days)) return duration(hours * 3_600_000);
  return new Intl.NumberFormat('en', { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(days);
}

/** Fields of the clause that records of this kind have and that its level of detail releases. */
export function fieldsOf(clause: Clause, datatype: string): string[] {
  if (!isDatatype(datatype)) return [...clause.fields];
  const table = new Map<string, { class: string }>(Object.entries(DATATYPES[datatype]));
  const replaced = clause.privileges[0] === 'pseudonymous';
  return clause.fields.filter((name) => {
    const kind = table.get(name)?.class;
    return kind !== undefined && !(replaced && (kind === 'link' || kind === 'media'));
  });
}

/** "212 posts with 3 fields". */
export function givenOut(clause: Clause, datatype: string, count: number): string {
  const what = countOf(datatype, count);
  return clause.privileges[0] === 'aggregate'
    ? t('preview.counts', { what })
    : t('preview.line', { what, count: fieldsOf(clause, datatype).length });
}

/** Who asks, by what was verified: a host, never a name it gives itself alone. */
export function whoAsks(service: Pick<ServiceIdentity, 'host'>): string {
  return service.host ?? t('who.local');
}

/** The same, short, where the name helps to tell programs of this computer apart. */
export function whoIs(service: Pick<ServiceIdentity, 'host' | 'name'>): string {
  return service.host ?? `${t('who.local')} (“${service.name}”)`;
}

/** Where one service among others is named: a host, or in quotes what a program calls itself. */
export function nameOf({ host, name }: Pick<ServiceIdentity, 'host' | 'name'>): string {
  return host ?? `“${name}”`;
}

/** All that is said of who is responsible, in one line. */
export function controllerText({ name, address, contact, jurisdiction }: ServiceIdentity['controller']): string {
  const place = address === '' ? '' : `${address.replaceAll('\n', ', ')}, `;
  return `${name} (${place}${contact}, ${countryName(jurisdiction)})`;
}

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });

/** `DE` → "Germany". */
export function countryName(jurisdiction: string): string {
  const country = regions.of(jurisdiction.slice(0, 2)) ?? jurisdiction;
  return jurisdiction.length > 2 ? `${country} (${jurisdiction})` : country;
}
