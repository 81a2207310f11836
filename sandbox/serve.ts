import type { ToChild } from '../protocol/sandbox-wire.ts';
import type { Directory } from './directory.ts';
import type { Cell, Engine } from './engine.ts';
import { Holdings, entriesOf, textOf, type HeldBatch } from './held.ts';
import { receive, send, type Received } from './pipe.ts';

/** Answers core until the input ends. */
export async function serve(engine: Engine): Promise<void> {
  const holdings = new Holdings();
  const spares: Cell[] = [];

  function takeCell(memoryMb: number): Cell {
    const at = spares.findIndex((cell) => cell.memoryMb === memoryMb);
    const [cell] = at < 0 ? [] : spares.splice(at, 1);
    return cell ?? engine.cell(memoryMb);
  }

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
        warm(message.memoryMb, message.spares);
        break;
      case 'run':
        run(message, payload);
        break;
    }
    // The engine frees what it disposed of in turns of the event loop.
    await new Promise(setImmediate);
  }

  function warm(memoryMb: number, wanted: number): void {
    const others = spares.filter((cell) => cell.memoryMb !== memoryMb);
    if (spares.length >= wanted && others.length > 0) {
      spares
        .splice(
          spares.findIndex((cell) => cell.memoryMb !== memoryMb),
          1,
        )[0]
        ?.[Symbol.dispose]();
    }
    if (spares.length < wanted) spares.push(engine.cell(memoryMb));
    send({ type: 'warmed', spares: spares.length });
  }

  function run(message: Extract<ToChild, { type: 'run' }>, payload: Received['payload']): void {
    const held = holdings.batch(message.digest);
    const directory: Directory = {
      n: held.n,
      authors: held.authors,
      langs: held.langs,
      batch: held.entries,
      extra: entriesOf(message.sections),
    };
    using cell = takeCell(message.memoryMb);
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
    send({ type: 'done', id: message.id, spares: spares.length }, output);
  }
}

function toBatch(message: Extract<ToChild, { type: 'batch' }>, payload: ArrayBuffer): HeldBatch {
  const entries = entriesOf(message.sections);
  const text = entries.find((entry) => entry.type === 'latin1' || entry.type === 'utf16');
  const arena = text === undefined ? null : textOf(text, payload);
  // The text leaves the buffer, which is copied into each cell; core sends it last.
  const buffer = text === undefined ? payload : payload.slice(0, text.offset);
  const { n, authors, langs } = message;
  return { n, authors, langs, entries, buffer, arena, bytes: payload.byteLength };
}
