import { LockerError } from '../../../protocol/errors.ts';
import type { LabelKey } from '../signature/label-key.ts';
import type { SourceContent } from './content.ts';
import { readLabelFrames, readLabelJson } from './read-labels.ts';
import { readBlueskyList, readLines } from './read-lists.ts';

/** A share of lines that can't be read above which a text is no list. */
const MOSTLY = 0.5;

/** Reads labels or a list, whatever form it has. @throws LockerError labels_unrecognised */
export function readSource(bytes: Uint8Array, key: LabelKey | null): SourceContent {
  const content = readLabelFrames(bytes, key) ?? readText(bytes, key);
  if (content === null) throw new LockerError('labels_unrecognised');
  return content;
}

function readText(bytes: Uint8Array, key: LabelKey | null): SourceContent | null {
  const text = textOf(bytes);
  if (text === null) return null;
  const json = jsonOf(text);
  if (json !== undefined) return readLabelJson(json, key) ?? readBlueskyList(json);
  const content = readLines(text);
  if (content === null) return null;
  const skipped = [...content.skipped.values()].reduce((sum, count) => sum + count, 0);
  return skipped > content.entries.length * MOSTLY + 5 ? null : content;
}

function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\u0000') ? null : text;
  } catch {
    return null;
  }
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
