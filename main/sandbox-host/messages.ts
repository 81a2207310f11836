import type { Batch } from '../../protocol/batch.ts';
import type { RunRequest } from '../../protocol/sandbox-run.ts';
import type { Section, SectionType } from '../../protocol/sandbox-wire.ts';
import { encodeFrame, type Part } from './frames.ts';

type Numbers = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/** The frame that gives a batch to a sandbox. Its chunks refer to the batch's own memory: don't change it meanwhile. */
export function batchFrame(digest: string, batch: Batch): Uint8Array[] {
  const parts: Part[] = [];
  for (const type of ['f64', 'u32', 'u8'] as const) {
    for (const [name, column] of entries(batch[type])) addNumbers(parts, `${type}.${name}`, type, column);
    for (const [name, column] of entries(batch.author[type])) {
      addNumbers(parts, `author.${type}.${name}`, type, column);
    }
  }
  if (batch.labels !== undefined) {
    for (const [name, column] of entries({ ...batch.labels })) addNumbers(parts, `labels.${name}`, 'u32', column);
  }
  if (batch.text !== undefined) {
    const { arena, off, postSeg, kind } = batch.text;
    addNumbers(parts, 'text.off', 'u32', off);
    addNumbers(parts, 'text.postSeg', 'u32', postSeg);
    addNumbers(parts, 'text.kind', 'u8', kind);
    // A text comes last, since the sandbox takes it out of the buffer.
    if (typeof arena === 'string') parts.push(textPart('text.arena', arena));
    else addNumbers(parts, 'text.arena', 'u32', arena);
  }
  const sections = parts.map((part) => part.section);
  const langs = batch.langs === undefined ? null : [...batch.langs];
  return encodeFrame({ type: 'batch', digest, n: batch.n, authors: batch.author.n, langs, sections }, parts);
}

export function codeFrame(hash: string, code: string): Uint8Array[] {
  const part = textPart('code', code);
  return encodeFrame({ type: 'code', hash, sections: [part.section] }, [part]);
}

export function runFrame(id: number, request: RunRequest, memoryMb: number): Uint8Array[] {
  const { hash, batchDigest: digest, call, settings, shape } = request;
  const { now, seed, owner, apiVersion, state } = request.ctx;
  const parts: Part[] = [];
  if (request.rows !== undefined) addNumbers(parts, 'rows', 'u32', request.rows);
  if (state !== undefined) addNumbers(parts, 'state', 'f64', state);
  const lists = {
    ...(owner.words && { words: owner.words.map((word) => ({ ...word, targets: [...word.targets] })) }),
    ...(owner.hosts && { hosts: [...owner.hosts] }),
    ...(owner.labels && { labels: [...owner.labels] }),
  };
  const ctx = { now, seed, owner: lists, apiVersion };
  const sections = parts.map((part) => part.section);
  const stopAfterMs = Math.ceil(request.deadlineMs) * 2 + 1000;
  const message = {
    type: 'run',
    id,
    hash,
    digest,
    call,
    settings,
    ctx,
    shape,
    memoryMb,
    stopAfterMs,
    sections,
  } as const;
  return encodeFrame(message, parts);
}

function entries(table: Partial<Record<string, Numbers>>): [string, Numbers | undefined][] {
  return Object.entries(table);
}

function addNumbers(parts: Part[], name: string, type: SectionType, array: Numbers | undefined): void {
  if (array === undefined) return;
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  parts.push({ section: { name, type, length: array.length }, bytes });
}

function textPart(name: string, text: string): Part {
  const wide = /[\u0100-\uffff]/.test(text);
  const section: Section = { name, type: wide ? 'utf16' : 'latin1', length: text.length };
  return { section, bytes: Buffer.from(text, wide ? 'utf16le' : 'latin1') };
}
