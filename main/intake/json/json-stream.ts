import type { Json, JsonObject } from '../../../protocol/json.ts';
import { MAX_JSON_DEPTH, MAX_RECORD_BYTES } from '../limits.ts';
import { parseJson } from './read-json.ts';

export interface JsonHandler {
  /** Whether the items of this member (of an object at the top) are handed over one by one. */
  streams(key: string): boolean;
  /** An item of an array at the top (key '') or of a streamed member; `head` holds the members read so far. */
  element(value: Json, index: number, key: string, head: JsonObject): void;
  /**
   * An object at the top has ended; `head` holds its members without the streamed ones. One that is larger than a record
   * may be is told as bad instead.
   */
  document(head: JsonObject): void;
  /** One value could not be used; reading goes on unless the text itself is broken. */
  bad(reason: string, index: number): void;
}

export const BAD_JSON = 'not valid JSON';
export const TOO_LARGE = 'larger than a record may be';
export const TOO_DEEP = 'nested more deeply than a record may be';
export const CUT_OFF = 'the file ends in the middle of a record';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

type Place = 'top' | 'key' | 'colon' | 'member' | 'after-member' | 'item' | 'after-item' | 'broken';
type Capture = 'none' | 'string' | 'nested' | 'scalar';

/**
 * Cuts JSON text into records without holding more than one of them: looks only at quotes and brackets, and leaves
 * the meaning of each record to JSON.parse. Reads one value, or several one after another (JSON lines).
 */
export class JsonStream {
  readonly #handler: JsonHandler;
  #place: Place = 'top';
  /** In an array: is it a member of an object at the top? */
  #inObject = false;
  #key = '';
  #index = 0;
  #head: JsonObject = {};
  #headBytes = 0;
  /** Items of a member that isn't streamed. */
  #list: Json[] | null = null;

  #capture: Capture = 'none';
  #depth = 0;
  #inString = false;
  #escaped = false;
  #fault: string | null = null;
  #parts: Buffer[] = [];
  #size = 0;

  constructor(handler: JsonHandler) {
    this.#handler = handler;
  }

  /** False once the text is broken beyond going on. */
  push(bytes: Uint8Array): boolean {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at < chunk.length && this.#place !== 'broken') {
      at = this.#capture === 'none' ? this.#structure(chunk, at) : this.#take(chunk, at);
    }
    return this.#place !== 'broken';
  }

  /** The members of the object at the top read so far, without the streamed ones. */
  members(): JsonObject {
    return this.#head;
  }

  /** Call after the last piece. */
  end(): void {
    if (this.#capture === 'scalar' && this.#place === 'top') this.#finish();
    if (this.#place === 'broken' || (this.#place === 'top' && this.#capture === 'none')) return;
    // What came whole before the cut is kept: the members read so far may be all there is to an object.
    this.#handler.bad(CUT_OFF, this.#index);
  }

  #structure(chunk: Buffer, from: number): number {
    let at = from;
    for (; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === undefined || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      switch (this.#place) {
        case 'top':
          // A record separator may stand between the texts of a sequence (RFC 7464), a comma between hand-joined ones.
          if (byte === 0x1e || byte === COMMA) continue;
          if (byte === OPEN_OBJECT) this.#openObject();
          else if (byte === OPEN_ARRAY) this.#openArray(false, '');
          else return this.#begin(byte, at);
          continue;
        case 'key':
          if (byte === CLOSE_OBJECT) this.#closeObject();
          else if (byte === QUOTE) return this.#begin(byte, at);
          else if (byte !== COMMA) return this.#break();
          continue;
        case 'colon':
          if (byte !== COLON) return this.#break();
          this.#place = 'member';
          continue;
        case 'member':
          if (byte === OPEN_ARRAY) {
            this.#openArray(true, this.#key);
            continue;
          }
          return this.#begin(byte, at);
        case 'after-member':
          if (byte === COMMA) this.#place = 'key';
          else if (byte === CLOSE_OBJECT) this.#closeObject();
          else return this.#break();
          continue;
        case 'item':
          if (byte === CLOSE_ARRAY) this.#closeArray();
          else if (byte !== COMMA) return this.#begin(byte, at);
          continue;
        case 'after-item':
          if (byte === COMMA) this.#place = 'item';
          else if (byte === CLOSE_ARRAY) this.#closeArray();
          else return this.#break();
          continue;
        case 'broken':
          return chunk.length;
      }
    }
    return at;
  }

  #openObject(): void {
    this.#head = {};
    this.#headBytes = 0;
    this.#index = 0;
    this.#place = 'key';
  }

  #closeObject(): void {
    this.#place = 'top';
    const head = this.#head;
    this.#head = {};
    // Without what was too large it would pass for the whole.
    if (this.#headBytes <= MAX_RECORD_BYTES) this.#handler.document(head);
  }

  #openArray(inObject: boolean, key: string): void {
    this.#inObject = inObject;
    this.#list = inObject && !this.#handler.streams(key) ? [] : null;
    this.#key = key;
    this.#index = 0;
    this.#place = 'item';
  }

  #closeArray(): void {
    if (!this.#inObject) {
      this.#place = 'top';
      return;
    }
    if (this.#list !== null) this.#setMember(this.#key, this.#list);
    this.#list = null;
    this.#place = 'after-member';
  }

  #setMember(key: string, value: Json): void {
    // Assigning to this name would set the prototype instead of a member.
    if (key !== '__proto__') this.#head[key] = value;
  }

  #begin(byte: number, at: number): number {
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    this.#fault = null;
    this.#parts = [];
    this.#size = 0;
    if (byte === QUOTE) this.#capture = 'string';
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#capture = 'nested';
    else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT || byte === COLON || byte < 0x20) return this.#break();
    else this.#capture = 'scalar';
    return at;
  }

  #take(chunk: Buffer, from: number): number {
    const end = this.#capture === 'scalar' ? this.#scalarEnd(chunk, from) : this.#valueEnd(chunk, from);
    const stop = end === -1 ? chunk.length : end;
    this.#size += stop - from;
    if (this.#size > MAX_RECORD_BYTES) {
      this.#fault ??= TOO_LARGE;
      this.#parts = [];
    } else if (this.#fault === null) {
      // A piece that goes on in the next chunk is copied: the reader may use its buffer again.
      this.#parts.push(end === -1 ? Buffer.from(chunk.subarray(from, stop)) : chunk.subarray(from, stop));
    }
    if (end !== -1) this.#finish();
    return stop;
  }

  #scalarEnd(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT || (byte !== undefined && byte <= 0x20)) {
        return at;
      }
    }
    return -1;
  }

  #valueEnd(chunk: Buffer, from: number): number {
    let { inString, escaped, depth } = { inString: this.#inString, escaped: this.#escaped, depth: this.#depth };
    let end = -1;
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at];
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) {
          inString = false;
          if (depth === 0) {
            end = at + 1;
            break;
          }
        }
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        depth++;
        if (depth > MAX_JSON_DEPTH) this.#fault ??= TOO_DEEP;
      } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
        depth--;
        if (depth === 0) {
          end = at + 1;
          break;
        }
      }
    }
    this.#inString = inString;
    this.#escaped = escaped;
    this.#depth = depth;
    return end;
  }

  #finish(): void {
    const value = this.#value();
    this.#capture = 'none';
    this.#parts = [];
    switch (this.#place) {
      case 'top':
        if (value !== undefined) this.#handler.element(value, this.#index++, '', {});
        break;
      case 'key':
        if (typeof value !== 'string') {
          this.#break();
          break;
        }
        this.#key = value;
        this.#place = 'colon';
        break;
      case 'member':
        this.#place = 'after-member';
        if (this.#fitsHead() && value !== undefined) this.#setMember(this.#key, value);
        break;
      default:
        this.#place = 'after-item';
        if (value === undefined) {
          this.#index++;
          if (this.#list !== null) this.#fitsHead();
        } else if (this.#list === null)
          this.#handler.element(value, this.#index++, this.#inObject ? this.#key : '', this.#head);
        else if (this.#fitsHead()) this.#list.push(value);
    }
  }

  /** Counts a member's value; tells once where the object becomes too large, unless the value was told as such already. */
  #fitsHead(): boolean {
    const before = this.#headBytes;
    this.#headBytes += this.#size;
    if (this.#headBytes <= MAX_RECORD_BYTES) return true;
    if (before <= MAX_RECORD_BYTES && this.#fault !== TOO_LARGE) this.#handler.bad(TOO_LARGE, this.#index);
    return false;
  }

  #value(): Json | undefined {
    if (this.#fault !== null) {
      this.#handler.bad(this.#fault, this.#index);
      return undefined;
    }
    const [only, ...rest] = this.#parts;
    const bytes = rest.length === 0 && only !== undefined ? only : Buffer.concat(this.#parts);
    try {
      return parseJson(bytes.toString('utf8'));
    } catch {
      this.#handler.bad(BAD_JSON, this.#index);
      return undefined;
    }
  }

  #break(): number {
    this.#place = 'broken';
    this.#handler.bad(BAD_JSON, this.#index);
    return Infinity;
  }
}
