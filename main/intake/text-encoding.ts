/** Names that feeds use and the Encoding Standard doesn't know, and what they mean. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  utf8mb4: 'utf-8',
  'iso-10646-ucs-2': 'utf-16be',
  'iso-10646-ucs-4': 'utf-32be',
  'ucs-2': 'utf-16be',
  utf_16: 'utf-16be',
  u16: 'utf-16be',
  utf16: 'utf-16be',
  utf_32: 'utf-32be',
  cp1252: 'windows-1252',
  'tis-620': 'windows-874',
};

export interface DecodedText {
  text: string;
  encoding: string;
  /** Bytes that the encoding doesn't allow were replaced. */
  replaced: boolean;
}

/**
 * Turns a feed's bytes into text: byte order mark, then the charset the server named, then the XML declaration,
 * then UTF-8 where it fits, else windows-1252 (XML 1.0 appendix F, RFC 7303 section 3).
 */
export function decodeText(bytes: Uint8Array, charset: string | null = null): DecodedText {
  const mark = byteOrderMark(bytes);
  if (mark !== null) return decode(bytes.subarray(mark.length), mark.encoding, false);
  const wide = wideStart(bytes);
  if (wide !== null) return decode(bytes, wide, false);
  const declared = declaredEncoding(bytes);
  for (const name of [charset, declared]) {
    const known = name === null ? null : knownName(name);
    // A text that could be read byte by byte up to its declaration is not in a wide encoding, whatever that says.
    if (known === null || known.startsWith('utf-16') || known.startsWith('utf-32')) continue;
    const result = decode(bytes, known, true);
    if (!result.replaced) return result;
  }
  const utf8 = decode(bytes, 'utf-8', true);
  if (!utf8.replaced) return utf8;
  const fallback = declared === null ? null : knownName(declared);
  return decode(bytes, fallback === null || fallback === 'utf-8' ? 'windows-1252' : fallback, false);
}

function byteOrderMark(bytes: Uint8Array): { encoding: string; length: number } | null {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', length: 3 };
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return { encoding: 'utf-32le', length: 4 };
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return { encoding: 'utf-32be', length: 4 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', length: 2 };
  return null;
}

/** `<` or `{` in a wide encoding, without a mark. */
function wideStart(bytes: Uint8Array): string | null {
  const [a = 1, b = 1, c = 1, d = 1] = bytes;
  if (a === 0 && b === 0 && c === 0 && d !== 0) return 'utf-32be';
  if (a !== 0 && b === 0 && c === 0 && d === 0) return 'utf-32le';
  if (a === 0 && b !== 0 && c === 0) return 'utf-16be';
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return 'utf-16le';
  return null;
}

function declaredEncoding(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 400)).toString('latin1');
  return /^\s*<\?xml[^>]*?encoding\s*=\s*["']\s*([\w.:-]{1,40})/i.exec(head)?.[1] ?? null;
}

function knownName(name: string): string | null {
  const lower = name
    .trim()
    .toLowerCase()
    .replace(/^["']|["']$/g, '');
  const label = OTHER_NAMES[lower] ?? lower;
  if (label.startsWith('utf-32')) return label;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

function decode(bytes: Uint8Array, encoding: string, strict: boolean): DecodedText {
  if (encoding.startsWith('utf-32')) return { text: utf32(bytes, encoding.endsWith('le')), encoding, replaced: false };
  if (strict) {
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding, replaced: false };
    } catch {
      return { text: '', encoding, replaced: true };
    }
  }
  const text = new TextDecoder(encoding).decode(bytes);
  return { text, encoding, replaced: text.includes('�') };
}

function utf32(bytes: Uint8Array, little: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at + 4 <= view.byteLength; at += 4) {
    const code = view.getUint32(at, little);
    text += code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '�';
  }
  return text;
}
