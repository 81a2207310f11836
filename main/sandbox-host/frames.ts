import type { Readable } from 'node:stream';
import {
  FromChild,
  PREFIX_BYTES,
  WIRE_LIMITS,
  padded,
  payloadBytes,
  type Section,
  type ToChild,
} from '../../protocol/sandbox-wire.ts';

/** An array or a text of a payload, in the order of the header's sections. */
export interface Part {
  section: Section;
  bytes: Uint8Array;
}

/** The chunks of one frame, to be written one after another. */
export function encodeFrame(message: ToChild, parts: readonly Part[]): Uint8Array[] {
  const header = Buffer.from(JSON.stringify(message), 'utf8');
  const head = Buffer.alloc(PREFIX_BYTES + padded(header.byteLength));
  head.writeUInt32LE(header.byteLength, 0);
  head.writeUInt32LE(payloadBytes(parts.map((part) => part.section)), 4);
  head.set(header, PREFIX_BYTES);
  const chunks: Uint8Array[] = [head];
  for (const { bytes } of parts) {
    const gap = padded(bytes.byteLength) - bytes.byteLength;
    if (bytes.byteLength > 0) chunks.push(bytes);
    if (gap > 0) chunks.push(new Uint8Array(gap));
  }
  return chunks;
}

export function frameBytes(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}

export interface Frame {
  message: FromChild;
  payload: Uint8Array<ArrayBuffer>;
}

export interface FrameListener {
  /** Longest payload that the next frame may have; undefined: none is expected now. */
  allowed(): number | undefined;
  frame(frame: Frame): void;
  /** What came is no frame, or none that was asked for. Nothing is read after it. */
  bad(): void;
}

/** Reads frames from a sandbox's output, and never holds more than was announced and allowed. */
export function readFrames(stream: Readable, listener: FrameListener): void {
  const prefix = new Uint8Array(PREFIX_BYTES);
  let header = new Uint8Array(0);
  let headerBytes = 0;
  let payload = new Uint8Array(0);
  let filling = prefix;
  let filled = 0;
  let broken = false;

  function fail(): void {
    broken = true;
    listener.bad();
  }
  /** A part of the frame is complete: what comes next? */
  function advance(): void {
    filled = 0;
    if (filling === prefix) {
      const view = new DataView(prefix.buffer);
      headerBytes = view.getUint32(0, true);
      const bytes = view.getUint32(4, true);
      const allowed = listener.allowed();
      if (allowed === undefined || headerBytes > WIRE_LIMITS.headerFromChild || bytes > allowed) return fail();
      header = new Uint8Array(padded(headerBytes));
      payload = new Uint8Array(bytes);
      filling = header;
    } else if (filling === header) {
      filling = payload;
    } else {
      filling = prefix;
      const message = parseHeader(header.subarray(0, headerBytes));
      if (message === undefined) return fail();
      listener.frame({ message, payload });
    }
    if (!broken && filling !== prefix && filling.byteLength === 0) advance();
  }

  stream.on('data', (chunk: Uint8Array) => {
    for (let at = 0; at < chunk.byteLength && !broken;) {
      const take = Math.min(chunk.byteLength - at, filling.byteLength - filled);
      filling.set(chunk.subarray(at, at + take), filled);
      at += take;
      filled += take;
      if (filled === filling.byteLength) advance();
    }
  });
}

function parseHeader(bytes: Uint8Array): FromChild | undefined {
  try {
    const parsed = FromChild.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    return parsed.data;
  } catch {
    return undefined;
  }
}
