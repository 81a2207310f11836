import { describe, expect, it } from 'vitest';
import { byteRange } from './byte-range.ts';

describe('a range', () => {
  it('names bytes that are there', () => {
    expect(byteRange('bytes=0-0', 10)).toEqual({ kind: 'part', from: 0, to: 0 });
    expect(byteRange('bytes=2-', 10)).toEqual({ kind: 'part', from: 2, to: 9 });
    expect(byteRange('bytes=2-100', 10)).toEqual({ kind: 'part', from: 2, to: 9 });
    expect(byteRange('bytes=-3', 10)).toEqual({ kind: 'part', from: 7, to: 9 });
    expect(byteRange('bytes=-30', 10)).toEqual({ kind: 'part', from: 0, to: 9 });
  });

  it('that cannot be read is as good as none', () => {
    for (const header of [
      undefined,
      '',
      'bytes=',
      'bytes=-',
      'bytes=a-b',
      'lines=0-1',
      'bytes=5-2',
      'bytes=0-1,3-4',
      'bytes=-1-2',
    ]) {
      // prettier-ignore
      expect(byteRange(header, 10)).toEqual({ kind: 'whole' });
    }
  });

  it('of which nothing is there is refused', () => {
    for (const header of ['bytes=10-', 'bytes=11-20', 'bytes=-0']) {
      expect(byteRange(header, 10)).toEqual({ kind: 'none' });
    }
    expect(byteRange('bytes=0-', 0)).toEqual({ kind: 'none' });
  });
});
