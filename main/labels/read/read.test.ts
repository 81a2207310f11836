import { encode, toBytes } from '@atcute/cbor';
import { describe, expect, test } from 'vitest';
import { labelKey } from '../signature/label-key.ts';
import { signingKey } from '../testing.ts';
import type { SourceContent } from './content.ts';
import { readSource } from './read-source.ts';

const DID = 'did:plc:labeler';
const POST = 'at://did:plc:ann/app.bsky.feed.post/1';
const MADE = '2025-01-01T00:00:00.000Z';

function label(over: object = {}): Record<string, unknown> {
  return { ver: 1, src: DID, uri: POST, val: 'spam', cts: MADE, ...over };
}

function read(text: string | object, key: string | null = null): SourceContent {
  const bytes = Buffer.from(typeof text === 'string' ? text : JSON.stringify(text));
  return readSource(bytes, key === null ? null : labelKey(key));
}

describe('labels', () => {
  test('as queryLabels answers, as a bare list, and as frames of a stream, say the same', () => {
    const labels = [label(), label({ uri: 'did:plc:bob', val: 'rude', neg: true, exp: '2026-01-01T00:00:00Z' })];
    const content = read({ cursor: '7', labels });
    expect(content).toMatchObject({ kind: 'labels', publisher: DID, key: null, cursor: '7' });
    expect(content.entries).toMatchObject([
      { about: 'post', uri: POST, value: 'spam', advised: 3, negated: false, made: Date.parse(MADE), expires: null },
      { about: 'account', uri: 'did:plc:bob', value: 'rude', advised: 1, negated: true, expires: 1_767_225_600_000 },
    ]);
    expect(read(labels).entries).toEqual(content.entries);
    const frames = labels.map((one, seq) => [
      encode({ op: 1, t: '#labels' }),
      encode({ seq, labels: [{ ...one, sig: toBytes(new Uint8Array(64)) }] }),
    ]);
    const stream = Buffer.concat([...frames.flat(), encode({ op: 1, t: '#info' }), encode({ name: 'OutdatedCursor' })]);
    expect(readSource(stream, null)).toMatchObject({ entries: content.entries, cursor: null });
  });

  test('with a key, only what it signed is taken in', () => {
    const signer = signingKey();
    const sig = (bytes: Uint8Array): object => ({ $bytes: Buffer.from(bytes).toString('base64').replace(/=+$/, '') });
    const good = label();
    const other = label({ uri: `${POST}0` });
    const labels = [
      { ...good, sig: sig(signer.sign(encode(good))) },
      { ...other, sig: sig(signer.sign(encode(good))) },
      label({ uri: `${POST}1` }),
    ];
    const content = read({ labels }, signer.did);
    expect(content.entries.map(({ uri }) => uri)).toEqual([POST]);
    expect(content.key).toBe(signer.did);
    expect(Object.fromEntries(content.skipped)).toEqual({
      'a label with a wrong signature': 1,
      'a label without a signature': 1,
    });
    const frame = [
      encode({ op: 1, t: '#labels' }),
      encode({ seq: 1, labels: [{ ...good, sig: toBytes(signer.sign(encode(good))) }] }),
    ];
    expect(readSource(Buffer.concat(frame), labelKey(signer.did)).entries).toHaveLength(1);
  });

  test('what is no label, another labeler’s, or on something else is counted and left out', () => {
    const labels = [label(), label({ src: 'did:plc:other' }), label(), { val: 'x' }, label({ uri: 'urn:x' }), 5];
    const content = read({ labels });
    expect(content.entries).toHaveLength(2);
    expect(Object.fromEntries(content.skipped)).toEqual({
      'not a label': 2,
      'a label of another labeler': 1,
      'a label on something else than a post or an account': 1,
    });
  });

  test('what is meant for readers who aren’t signed in is left out: it would mark posts for nobody', () => {
    const content = read({ labels: [label(), label({ val: '!no-unauthenticated' })] });
    expect(content.entries.map(({ value }) => value)).toEqual(['spam']);
    expect(Object.fromEntries(content.skipped)).toEqual({ 'a label for readers who aren’t signed in': 1 });
  });
});

describe('lists', () => {
  test('Mastodon’s domain blocks, as an administrator exports them', () => {
    const csv = [
      '#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate',
      'Bad.Example,suspend,False,False,"spam, and worse",False',
      'loud.example,silence,True,False,,False',
      'fine.example,noop,False,False,,False',
      'pics.example,noop,TRUE,False,,False',
      'h*dden.example,suspend,False,False,,True',
      'bücher.example,suspend,False,False,,False',
    ].join('\n');
    const content = read(csv);
    expect(content).toMatchObject({ kind: 'list', publisher: '' });
    expect(content.entries.map(({ uri, value, about }) => `${uri} ${value} ${about}`)).toEqual([
      'bad.example suspend host',
      'loud.example silence host',
      'loud.example rejects-media host',
      'pics.example rejects-media host',
      'xn--bcher-kva.example suspend host',
    ]);
    expect(Object.fromEntries(content.skipped)).toEqual({ 'a server whose name is hidden': 1 });
  });

  test('accounts and servers, a line each', () => {
    const content = read(
      '# people\n@ann@a.example\nbob@B.example # loud\ndid:plc:carl\nhttps://d.example/@dan\ne.example\n\n',
    );
    expect(content.entries.map(({ uri, about }) => `${about} ${uri}`)).toEqual([
      'account acct:ann@a.example',
      'account acct:bob@b.example',
      'account did:plc:carl',
      'account https://d.example/@dan',
      'host e.example',
    ]);
    expect(content.entries.every(({ value, advised }) => value === 'listed' && advised === 3)).toBe(true);
  });

  test('Mastodon’s list of muted accounts', () => {
    const content = read('\ufeffAccount address,Hide notifications\n\nuser@example.com,true\n\nuser@test.com,false\n');
    expect(content.entries.map(({ uri }) => uri)).toEqual(['acct:user@example.com', 'acct:user@test.com']);
  });

  test('a Bluesky list', () => {
    const list = {
      name: 'Loud people',
      purpose: 'app.bsky.graph.defs#modlist',
      creator: { did: DID, handle: 'l.example' },
    };
    const content = read({ list, items: [{ uri: 'at://x', subject: { did: 'did:plc:bob' } }] });
    expect(content).toMatchObject({ kind: 'list', name: 'Loud people', publisher: 'l.example' });
    expect(content.entries).toMatchObject([{ about: 'account', uri: 'did:plc:bob', value: 'listed' }]);
  });
});

test.each([
  '',
  'Dear diary, today nothing happened at all.\nAnd then it rained. So there.\n'.repeat(9),
  '{"posts": []}',
  '<html></html>',
  '\u0000\u0001',
])('%j is neither', (text) => {
  expect(() => read(text)).toThrow('labels_unrecognised');
});

test('an empty answer of a labeler is one', () => {
  expect(read({ labels: [] })).toMatchObject({ kind: 'labels', publisher: '', entries: [] });
});
