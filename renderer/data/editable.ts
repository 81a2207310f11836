import type { Json, JsonObject } from '../../protocol/json.ts';

/** Body members a person may rewrite by hand, as plain text. */
export const EDITABLE = ['name', 'content', 'summary'] as const;
export type Editable = (typeof EDITABLE)[number];

export type Draft = Readonly<Record<Editable, string>>;

const BLOCK_END = /<\/(?:p|div|li|h[1-6]|blockquote)>\s*/gi;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  nbsp: ' ',
};

/** HTML as a person edits it: paragraphs as empty lines, no tags. */
export function textOf(html: string): string {
  return html
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(BLOCK_END, '\n\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name.toLowerCase()] ?? whole)
    .trim();
}

/** Text as HTML: an empty line makes a paragraph. */
export function htmlOf(text: string): string {
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return escaped
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `<p>${paragraph.replace(/\n/g, '<br>')}</p>`)
    .join('');
}

function plain(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The record's editable members, with the owner's changes in force. */
export function draftOf(body: JsonObject, overlay: JsonObject | null): Draft {
  const value = (key: Editable): string => plain(overlay !== null && key in overlay ? overlay[key] : body[key]);
  return { name: value('name'), content: textOf(value('content')), summary: value('summary') };
}

/** What changed, as the owner API takes it: a member emptied is removed; members the record never had stay out. */
export function changesOf(before: Draft, after: Draft): JsonObject {
  const changes: JsonObject = {};
  for (const key of EDITABLE) {
    if (before[key] === after[key]) continue;
    changes[key] = after[key].trim() === '' ? null : key === 'content' ? htmlOf(after[key]) : after[key].trim();
  }
  return changes;
}
