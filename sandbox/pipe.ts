import { readSync, writeSync } from 'node:fs';
import { PREFIX_BYTES, ToChild, type FromChild, WIRE_LIMITS, padded, payloadBytes } from '../protocol/sandbox-wire.ts';

/** One message from core and the bytes that came with it. */
export interface Received {
  message: ToChild;
  payload: ArrayBuffer;
}

/** Core broke the rules of the wire: nothing to do but to end. */
export class WireError extends Error {}

const INPUT = 0;
const OUTPUT = 1;

/** Blocks until the next frame; undefined at the end of the input. */
export function receive(): Received | undefined {
  const prefix = new DataView(new ArrayBuffer(PREFIX_BYTES));
  if (!fill(prefix.buffer)) return undefined;
  const headerBytes = prefix.getUint32(0, true);
  const bytes = prefix.getUint32(4, true);
  if (headerBytes > WIRE_LIMITS.headerToChild || bytes > WIRE_LIMITS.payloadToChild) throw new WireError('too large');
  const header = new ArrayBuffer(padded(headerBytes));
  const payload = new ArrayBuffer(bytes);
  if (!fill(header) || !fill(payload)) throw new WireError('cut short');
  const message = ToChild.parse(JSON.parse(Buffer.from(header, 0, headerBytes).toString('utf8')));
  const sections = 'sections' in message ? message.sections : [];
  if (payloadBytes(sections) !== bytes) throw new WireError('sections and payload differ');
  return { message, payload };
}

export function send(message: FromChild, payload?: ArrayBuffer): void {
  const header = Buffer.from(JSON.stringify(message), 'utf8');
  const head = Buffer.alloc(PREFIX_BYTES + padded(header.byteLength));
  head.writeUInt32LE(header.byteLength, 0);
  head.writeUInt32LE(payload?.byteLength ?? 0, 4);
  head.set(header, PREFIX_BYTES);
  drain(head);
  if (payload !== undefined) drain(new Uint8Array(payload));
}

function fill(buffer: ArrayBuffer): boolean {
  const bytes = new Uint8Array(buffer);
  for (let at = 0; at < bytes.byteLength;) {
    const read = readSync(INPUT, bytes, at, bytes.byteLength - at, null);
    if (read === 0) return false;
    at += read;
  }
  return true;
}

function drain(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength;) at += writeSync(OUTPUT, bytes, at, bytes.byteLength - at);
}
