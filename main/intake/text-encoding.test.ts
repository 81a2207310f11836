import { describe, expect, test } from 'vitest';
import { decodeText } from './text-encoding.ts';

const XML = '<?xml version="1.0"?><rss>é</rss>';

function utf16(text: string, big: boolean, mark: boolean): Uint8Array {
  const little = Buffer.from((mark ? '\uFEFF' : '') + text, 'utf16le');
  return big ? little.swap16() : little;
}

describe('decodeText', () => {
  test('reads byte order marks', () => {
    expect(decodeText(Buffer.from(`\uFEFF${XML}`)).text).toBe(XML);
    for (const big of [true, false]) expect(decodeText(utf16(XML, big, true)).text).toBe(XML);
  });

  test('reads wide encodings without a mark', () => {
    for (const big of [true, false]) expect(decodeText(utf16(XML, big, false)).text).toBe(XML);
  });

  test('prefers what the server says, then what the document says', () => {
    const latin = Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>', 'latin1');
    expect(decodeText(latin).text).toContain('<a>é</a>');
    expect(decodeText(latin, 'windows-1251').text).toContain('<a>й</a>');
  });

  test('takes what is no UTF-8 for windows-1252', () => {
    expect(decodeText(Buffer.from([0x3c, 0x93, 0x61, 0x94])).text).toBe('<“a”');
  });

  test('does not believe a declaration that its own bytes refute', () => {
    const text = '<?xml version="1.0" encoding="utf-16"?><a>é</a>';
    expect(decodeText(Buffer.from(text)).text).toBe(text);
    expect(decodeText(Buffer.from('<?xml version="1.0" encoding="no-such"?><a>é</a>')).text).toContain('é');
  });
});
