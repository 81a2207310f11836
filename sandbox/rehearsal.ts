import type { Call, OutShape } from '../protocol/sandbox-run.ts';
import { ELEMENT_BYTES, padded, type ToChild } from '../protocol/sandbox-wire.ts';
import { NO_ROW } from '../protocol/columns.ts';
import type { Directory, Entry } from './directory.ts';
import type { Cell, CellInput } from './engine.ts';
import type { HeldBatch } from './held.ts';

/** The form of a run: which columns, lists and settings it had, and nothing of what was in the columns and lists. */
export interface RunForm {
  readonly call: Call;
  readonly settings: string;
  readonly shape: OutShape;
  readonly columns: readonly Pick<Entry, 'name' | 'type'>[];
  readonly langs: boolean;
  readonly rows: boolean;
  readonly words: boolean;
  readonly hosts: boolean;
  readonly labels: boolean;
}

const ROWS = 128;
const AUTHORS = 32;
const ASKED = 8;
/** Segments of text per row, and units per segment. */
const SEGMENTS = 2;
const UNITS = 48;
/** Often enough that the engine compiles what is hot, and not longer than a feed's next request can wait. */
const AT_LEAST = 2;
const LONG_ENOUGH_MS = 3;
const STOP_AFTER_MS = 250;

/** The form of a run; null where it brings a state, whose form only the algorithm knows. */
export function formOf(message: Extract<ToChild, { type: 'run' }>, held: HeldBatch): RunForm | null {
  const { call, settings, shape, ctx, sections } = message;
  if (sections.some(({ name }) => name === 'state')) return null;
  return {
    call,
    settings: JSON.stringify(settings),
    shape,
    columns: held.entries.map(({ name, type }) => ({ name, type })),
    langs: held.langs !== null,
    rows: sections.length > 0,
    words: ctx.owner.words !== undefined,
    hosts: ctx.owner.hosts !== undefined,
    labels: ctx.owner.labels !== undefined,
  };
}

/**
 * Runs the code over made-up columns of this form, so that it is compiled, and fast, when the real ones come. What it answers
 * is of no interest. Throws when the engine gave up: such a cell is of no use.
 */
export function rehearse(cell: Cell, code: string, form: RunForm): void {
  const input = madeUp(code, form);
  const until = performance.now() + LONG_ENOUGH_MS;
  for (let time = 0; time < AT_LEAST || performance.now() < until; time += 1) cell.run(input);
}

function madeUp(code: string, form: RunForm): CellInput {
  const batch = fill(form.columns.map(({ name, type }) => ({ name, type, length: lengthOf(name) })));
  const extra = fill(form.rows ? [{ name: 'rows', type: 'u32', length: ASKED }] : []);
  const hasText = form.columns.some(({ name }) => name === 'text.arena');
  const directory: Directory = {
    n: ROWS,
    authors: AUTHORS,
    langs: form.langs ? ['en', 'ja'] : null,
    batch: batch.entries,
    extra: extra.entries,
  };
  return {
    code,
    call: form.call,
    settings: form.settings,
    ctx: JSON.stringify({ now: 0, seed: 0, owner: lists(form), apiVersion: 1 }),
    shape: JSON.stringify({ ...form.shape, n: ROWS, maxDecisions: 2 * ROWS + 16 }),
    directory: JSON.stringify(directory),
    batch: batch.buffer,
    extra: extra.buffer,
    arena: hasText ? 'words that nobody wrote, made up '.repeat(ROWS * SEGMENTS * 2) : null,
    stopAfterMs: STOP_AFTER_MS,
  };
}

function lists(form: RunForm): object {
  const word = { targets: ['content', 'tag'], severity: 1, excludeFollowing: false, expiresAt: null };
  const words = ['nobody', 'not here', '庭'].map((value, at) => ({ ...word, value, tokens: [at, at + 1] }));
  const label = { source: 'nobody', severity: null, advised: 1 };
  const labels = ['post', 'account', 'host'].map((about) => ({ ...label, value: about, about }));
  return {
    ...(form.words && { words }),
    ...(form.hosts && { hosts: ['example.org'] }),
    ...(form.labels && { labels }),
  };
}

function lengthOf(name: string): number {
  if (name.startsWith('author.')) return AUTHORS;
  switch (name) {
    case 'labels.postOff':
      return ROWS + 1;
    case 'labels.authorOff':
      return AUTHORS + 1;
    case 'labels.author':
      return AUTHORS;
    case 'text.off':
      return ROWS * SEGMENTS + 1;
    case 'text.postSeg':
      return ROWS + 1;
    case 'text.kind':
      return ROWS * SEGMENTS;
    case 'text.arena':
      return ROWS * SEGMENTS * UNITS;
    default:
      return ROWS;
  }
}

function fill(wanted: readonly Omit<Entry, 'offset'>[]): { entries: Entry[]; buffer: ArrayBuffer } {
  let bytes = 0;
  const entries = wanted.map((one) => {
    const entry = { ...one, offset: bytes };
    if (!isText(one.type)) bytes += padded(one.length * ELEMENT_BYTES[one.type]);
    return entry;
  });
  const buffer = new ArrayBuffer(bytes);
  for (const { name, type, offset, length } of entries) {
    if (isText(type)) continue;
    const array = arrayOver(type, buffer, offset, length);
    for (let i = 0; i < length; i += 1) array[i] = valueAt(name, type, i);
  }
  return { entries, buffer };
}

function isText(type: Entry['type']): type is 'latin1' | 'utf16' {
  return type === 'latin1' || type === 'utf16';
}

function arrayOver(
  type: Exclude<Entry['type'], 'latin1' | 'utf16'>,
  buffer: ArrayBuffer,
  offset: number,
  length: number,
): Float64Array | Uint32Array | Uint16Array | Uint8Array {
  switch (type) {
    case 'f64':
      return new Float64Array(buffer, offset, length);
    case 'u32':
      return new Uint32Array(buffer, offset, length);
    case 'u16':
      return new Uint16Array(buffer, offset, length);
    case 'u8':
      return new Uint8Array(buffer, offset, length);
  }
}

/** Something that could be there: indexes within bounds, a row that refers to an earlier one, an unknown number now and then. */
function valueAt(name: string, type: Entry['type'], at: number): number {
  if (name === 'text.off') return at * UNITS;
  if (name === 'text.postSeg') return at * SEGMENTS;
  if (name.startsWith('labels.')) return name.endsWith('Off') ? at : at % 3;
  if (name === 'rows') return at * (ROWS / ASKED);
  if (name.endsWith('Row')) return at % 4 === 3 ? at - 1 : NO_ROW;
  if (name.endsWith('langIdx')) return at % 2;
  if (name.endsWith('Idx')) return (at * 7) % AUTHORS;
  if (type === 'f64') return at % 16 === 15 ? NaN : ((at * 37) % 101) / 4;
  return (at * 5) % (type === 'u8' ? 2 : 6);
}
