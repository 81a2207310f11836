import { OUT_STATUS, WIRE_LIMITS, type ToChild } from '../protocol/sandbox-wire.ts';
import { Cells } from './cells.ts';
import type { Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import { Holdings, entriesOf, free, textOf, type HeldBatch } from './held.ts';
import { receive, send, type Received } from './pipe.ts';
import { formOf, type RunForm } from './rehearsal.ts';

type Warm = Extract<ToChild, { type: 'warm' }>;
type Run = Extract<ToChild, { type: 'run' }>;

/** Forms of runs that are remembered: more than there are cells that have rehearsed. */
const FORMS = 4 * WIRE_LIMITS.rehearsed;

/** Answers core until the input ends. */
export async function serve(engine: Engine): Promise<void> {
  const holdings = new Holdings();
  const cells = new Cells(engine);
  const forms = new Map<string, RunForm>();

  for (let received = receive(); received !== undefined; received = receive()) {
    const { message, payload } = received;
    switch (message.type) {
      case 'batch':
        holdings.keepBatch(message.digest, toBatch(message, payload));
        break;
      case 'forget':
        holdings.forget(message.digest);
        break;
      case 'code':
        for (const entry of entriesOf(message.sections)) holdings.keepCode(message.hash, textOf(entry, payload));
        break;
      case 'warm':
        warm(message);
        send({ type: 'warmed', spares: cells.spares });
        break;
      case 'run':
        run(message, payload);
        break;
    }
    // The engine frees what it disposed of in turns of the event loop.
    await new Promise(setImmediate);
  }

  function warm({ memoryMb, spares, rehearse }: Warm): void {
    if (rehearse === undefined) {
      cells.addSpare(memoryMb, spares);
      return;
    }
    const key = keyOf(rehearse);
    const form = forms.get(key);
    if (form === undefined) return;
    const code = holdings.code(rehearse.hash);
    // It has had its try.
    if (!cells.addRehearsed(key, memoryMb, code, form)) forms.delete(key);
  }

  function run(message: Run, payload: Received['payload']): void {
    const held = holdings.batch(message.digest);
    const key = keyOf(message);
    const directory: Directory = {
      n: held.n,
      authors: held.authors,
      langs: held.langs,
      batch: held.entries,
      extra: entriesOf(message.sections),
    };
    using cell = cells.take(key, message.memoryMb);
    const output = cell.run({
      code: holdings.code(message.hash),
      call: message.call,
      settings: JSON.stringify(message.settings),
      ctx: JSON.stringify(message.ctx),
      shape: JSON.stringify(message.shape),
      directory: JSON.stringify(directory),
      batch: held.buffer,
      extra: payload,
      arena: held.arena,
      stopAfterMs: message.stopAfterMs,
    });
    send({ type: 'done', id: message.id, spares: cells.spares }, output);
    const [status] = new Uint32Array(output, 0, 1);
    free(output);
    free(payload);
    remember(key, status === OUT_STATUS.ok ? formOf(message, held) : null);
  }

  function remember(key: string, form: RunForm | null): void {
    forms.delete(key);
    if (form !== null) forms.set(key, form);
    const [oldest] = forms.keys();
    if (forms.size > FORMS && oldest !== undefined) forms.delete(oldest);
  }
}

function keyOf({ hash, call, settings }: Pick<Run, 'hash' | 'call' | 'settings'>): string {
  return `${hash} ${call} ${JSON.stringify(settings)}`;
}

function toBatch(message: Extract<ToChild, { type: 'batch' }>, payload: ArrayBuffer): HeldBatch {
  const entries = entriesOf(message.sections);
  const text = entries.find((entry) => entry.type === 'latin1' || entry.type === 'utf16');
  const arena = text === undefined ? null : textOf(text, payload);
  // The text leaves the buffer, which is copied into each cell; core sends it last.
  const buffer = text === undefined ? payload : payload.slice(0, text.offset);
  const bytes = payload.byteLength;
  if (text !== undefined) free(payload);
  const { n, authors, langs } = message;
  return { n, authors, langs, entries, buffer, arena, bytes };
}
