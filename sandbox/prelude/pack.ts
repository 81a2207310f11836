import type { Call, OutShape } from '../../protocol/sandbox-run.ts';
import type { Primordials } from './primordials.ts';

export interface Pack {
  /** The answer as bytes; undefined: it isn't of the form that the call must return. */
  pack(call: Call, value: unknown, shape: OutShape, rows: number): ArrayBuffer | undefined;
  /** An output that is a status only. */
  blank(status: number): ArrayBuffer;
}

/**
 * Copies what an algorithm returned into one buffer made here, of the size expected here. Each property of the answer is
 * read once; what isn't a real typed array of the right kind and length makes the whole answer invalid. The layout is in
 * protocol/sandbox-wire.ts. Runs inside the cell.
 */
export function makePack(p: Primordials): Pack {
  const headerBytes = 16;
  const maxStateNumbers = 8192;

  function blank(status: number): ArrayBuffer {
    const buffer = new p.Buffer(headerBytes);
    new p.Words(buffer, 0, 1)[0] = status;
    return buffer;
  }
  function allocate(count: number, flags: number, bodyBytes: number): ArrayBuffer {
    const buffer = new p.Buffer(headerBytes + bodyBytes);
    const header = new p.Words(buffer, 0, 4);
    header[1] = count;
    header[2] = flags;
    return buffer;
  }

  function doubles(value: unknown, length: number): ArrayBuffer | undefined {
    if (!p.isDoubles(value) || p.lengthOf(value) !== length) return undefined;
    const buffer = allocate(length, 0, length * 8);
    p.copyElements(new p.Doubles(buffer, headerBytes, length), value);
    return buffer;
  }
  function decisions(value: unknown, shape: OutShape): ArrayBuffer | undefined {
    if (!p.isObject(value)) return undefined;
    const { row, severity, target, reason, args } = value;
    if (!p.isWords(row) || !p.isBytes(severity) || !p.isBytes(target) || !p.isShorts(reason) || !p.isDoubles(args)) {
      return undefined;
    }
    const m = p.lengthOf(row);
    const numbers = m * shape.argStride;
    if (m > shape.maxDecisions || p.lengthOf(args) !== numbers) return undefined;
    if (p.lengthOf(severity) !== m || p.lengthOf(target) !== m || p.lengthOf(reason) !== m) return undefined;
    const buffer = allocate(m, 0, numbers * 8 + m * 8);
    let at = headerBytes;
    p.copyElements(new p.Doubles(buffer, at, numbers), args);
    at += numbers * 8;
    p.copyElements(new p.Words(buffer, at, m), row);
    at += m * 4;
    p.copyElements(new p.Shorts(buffer, at, m), reason);
    at += m * 2;
    p.copyElements(new p.Bytes(buffer, at, m), severity);
    at += m;
    p.copyElements(new p.Bytes(buffer, at, m), target);
    return buffer;
  }
  function arrangement(value: unknown, n: number): ArrayBuffer | undefined {
    if (!p.isObject(value)) return undefined;
    const { order, reason } = value;
    if (!p.isWords(order) || p.lengthOf(order) !== n) return undefined;
    const hasReason = reason !== undefined;
    if (hasReason && (!p.isShorts(reason) || p.lengthOf(reason) !== n)) return undefined;
    const buffer = allocate(n, hasReason ? 1 : 0, n * (hasReason ? 6 : 4));
    p.copyElements(new p.Words(buffer, headerBytes, n), order);
    if (hasReason) p.copyElements(new p.Shorts(buffer, headerBytes + n * 4, n), reason);
    return buffer;
  }

  function pack(call: Call, value: unknown, shape: OutShape, rows: number): ArrayBuffer | undefined {
    switch (call) {
      case 'score':
        return p.isObject(value) ? doubles(value.score, shape.n) : undefined;
      case 'decide':
        return decisions(value, shape);
      case 'dampen':
        return doubles(value, shape.n);
      case 'arrange':
        return arrangement(value, shape.n);
      case 'explain':
        return doubles(value, rows * shape.contributions);
      case 'fit': {
        const length = p.isDoubles(value) ? p.lengthOf(value) : maxStateNumbers + 1;
        return length > maxStateNumbers ? undefined : doubles(value, length);
      }
    }
  }
  return { pack, blank };
}
