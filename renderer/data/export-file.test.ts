import { expect, test } from 'vitest';
import type { ExportedRecord } from '../../protocol/owner/data.ts';
import { exportFile, type ExportFormat } from './export-file.ts';

function exported(record: ExportedRecord['record'], datatype = 'social.post'): ExportedRecord {
  return { datatype, source: 'https://s.example', published: null, mine: false, edited: false, record };
}

async function* from(...records: ExportedRecord[]): AsyncGenerator<ExportedRecord> {
  yield* records;
}

async function textOf(format: ExportFormat, ...records: ExportedRecord[]): Promise<string> {
  const counts: number[] = [];
  const blob = await exportFile(from(...records), format, (count) => counts.push(count));
  expect(counts).toEqual(records.map((_, i) => i + 1));
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await blob.arrayBuffer());
}

test('a collection is one document, also of nothing', async () => {
  expect(JSON.parse(await textOf('collection'))).toMatchObject({ type: 'Collection', items: [] });
  const items = [{ type: 'Note' }, { type: 'Article' }];
  expect(JSON.parse(await textOf('collection', ...items.map((item) => exported(item))))).toMatchObject({ items });
});

test('lines are a document each', async () => {
  const records = [exported({ content: 'a\nb' }), exported({ content: 'c' })];
  const text = await textOf('lines', ...records);
  expect(text.trimEnd().split('\n').map((line) => JSON.parse(line))).toEqual(records); // prettier-ignore
});

test('a table has a column per field, quotes what it must, and runs nothing', async () => {
  const text = await textOf(
    'table',
    exported({ id: 'urn:1', content: '=1+1', tags: ['a', 'b'], title: 'x, "y"\nz' }),
    exported({ id: 'urn:2', likes: 3, media: [{ kind: 'image', url: 'u' }] }),
  );
  const [head = '', ...rows] = text.split('\r\n');
  expect(head.startsWith('\ufeffdatatype,id,source,published,')).toBe(true);
  expect(rows[0]).toContain("'=1+1");
  expect(rows[0]).toContain('a; b');
  expect(rows[0]).toContain('"x, ""y""\nz"');
  expect(rows[1]).toContain('"[{""kind"":""image"",""url"":""u""}]"');
});

test("a service's own records have the columns of the first; what more comes is kept", async () => {
  const text = await textOf(
    'table',
    exported({ id: 'urn:1', rank: 1 }, 'x-a.example.n'),
    exported({ rank: 2, more: true }, 'x-a.example.n'),
  );
  expect(text).toBe(
    '\ufeffdatatype,id,source,published,rank,other\r\nx-a.example.n,urn:1,,,1,\r\nx-a.example.n,,,,2,"{""more"":true}"\r\n',
  );
});
