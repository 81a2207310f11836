import { isDatatype } from '../../protocol/datatypes.ts';
import type { Json } from '../../protocol/json.ts';
import { readHtml, TEXT_MAX } from './html-text.ts';
import { clean } from './json-access.ts';
import { contentText } from './post-facts.ts';
import { fieldOf, shownOf, type FieldSource } from './record-fields.ts';

/** Texts of one property that are searched, and how deep they may lie in it. */
const OWN_TEXTS = 1000;
const OWN_DEPTH = 32;

/**
 * The texts that a field is found by, each as the full-text index has it. How much of a field is in the index depends on
 * that field alone: otherwise a long text that a contract does not cover would decide what is found of one that it does.
 */
export function textsOf(name: string, record: FieldSource): string[] {
  const { datatype, body } = record;
  const value = fieldOf(name, record);
  if (!isDatatype(datatype)) return ownTexts(value);
  if (name !== 'content') return stringsIn(value);
  if (datatype === 'social.post' || datatype === 'social.message') return [contentText(shownOf(body))];
  return stringsIn(value).map((html) => readHtml(html).text);
}

/** Texts in a property of a service's own record, in order, up to a length that is the same for each property. */
export function ownTexts(value: Json | undefined): string[] {
  const texts: string[] = [];
  let left = TEXT_MAX;
  for (const text of stringsIn(value)) {
    if (left <= 0 || texts.length >= OWN_TEXTS) break;
    const cut = clean(text.slice(0, left));
    left -= cut.length;
    if (cut !== '') texts.push(cut);
  }
  return texts;
}

function stringsIn(value: Json | undefined, depth = 0): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth > OWN_DEPTH) return [];
  return Object.values(value).flatMap((item) => stringsIn(item, depth + 1));
}
