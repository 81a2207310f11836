import { describe, expect, test } from 'vitest';
import { Offer } from '../../../protocol/contract/offer.ts';
import { compareVersions } from '../index.ts';
import { clauseOf } from '../lattice/testing.ts';

const FIRST = 'A'.repeat(43);

function version(number: number, change: Partial<Offer> = {}): Offer {
  return Offer.parse({
    contract_version: '1',
    id: 'https://newcomer.example/offer',
    version: number,
    ...(number === 1 ? {} : { replaces: FIRST }),
    digest: number === 1 ? FIRST : 'B'.repeat(43),
    client_id: 'https://newcomer.example/client.json',
    controller: { name: 'Newcomer', contact: 'me@newcomer.example', jurisdiction: 'DE' },
    language: 'en',
    clauses: [clauseOf()],
    sig: 'x',
    ...change,
  });
}

function compare(change: Partial<Offer>): ReturnType<typeof compareVersions> {
  return compareVersions(version(1), version(2, change));
}

describe('a later version', () => {
  test('the same version again changes nothing', () => {
    expect(compareVersions(version(1), version(1))).toMatchObject({ need: 'nothing' });
  });
  test('equal or narrower is accepted with a quiet notice', () => {
    expect(compare({})).toMatchObject({ need: 'quiet', clauses: [{ change: 'same', need: 'nothing' }] });
    expect(compare({ clauses: [clauseOf({ fields: ['content'] })] })).toMatchObject({
      need: 'quiet',
      clauses: [{ change: 'narrower', need: 'quiet' }],
    });
  });
  test('a clause that is gone is quiet', () => {
    const change = { clauses: [clauseOf({ clause_id: 'other', necessity: 'optional' })] };
    expect(compare(change).clauses.at(-1)).toMatchObject({ clauseId: 'posts', change: 'removed', need: 'quiet' });
  });
  test('changed text must be seen, also where the clause becomes narrower', () => {
    const purpose_text = { en: { short: 'Something else', long: '' } };
    expect(compare({ clauses: [clauseOf({ purpose_text })] })).toMatchObject({
      need: 'seen',
      clauses: [{ change: 'text', texts: ['The service now calls it: “Something else”'] }],
    });
    expect(compare({ clauses: [clauseOf({ purpose_text, fields: ['content'] })] })).toMatchObject({
      need: 'seen',
      clauses: [{ change: 'narrower', need: 'seen' }],
    });
    expect(compare({ notice_uri: 'https://newcomer.example/privacy' })).toMatchObject({
      need: 'seen',
      textChanged: true,
    });
  });
  test('another controller prompts', () => {
    const controller = { name: 'Bigger', address: '', contact: 'me@newcomer.example', jurisdiction: 'DE' };
    expect(compare({ controller })).toMatchObject({ need: 'prompt', controllerChanged: true });
  });
  test('wider prompts and tells only what grows', () => {
    const wider = clauseOf({ fields: ['author', 'content', 'title'], window: { rolling: 'P1D' } });
    expect(compare({ clauses: [wider] })).toMatchObject({
      need: 'prompt',
      clauses: [{ change: 'wider', need: 'prompt', texts: ['New: of each record title.'] }],
    });
  });
  test('neither wider nor narrower counts as wider', () => {
    const other = clauseOf({ datatypes: ['social.follow'] });
    expect(compare({ clauses: [other] }).clauses[0]).toMatchObject({ change: 'wider', need: 'prompt' });
  });
  test('newly required prompts, a new optional clause starts off', () => {
    const optional = version(1, { clauses: [clauseOf({ necessity: 'optional' })] });
    expect(compareVersions(optional, version(2))).toMatchObject({ need: 'prompt' });
    const added = clauseOf({ clause_id: 'more' });
    expect(compare({ clauses: [clauseOf(), added] })).toMatchObject({
      need: 'prompt',
      clauses: [{ need: 'nothing' }, { change: 'added', need: 'prompt', startsOff: false }],
    });
    expect(compare({ clauses: [clauseOf(), { ...added, necessity: 'optional' }] })).toMatchObject({
      need: 'quiet',
      clauses: [{ need: 'nothing' }, { change: 'added', need: 'quiet', startsOff: true }],
    });
  });
});

test.each<[string, Offer, Offer]>([
  ['a lower version', version(2), version(1)],
  ['another digest under the same version', version(1), version(1, { digest: 'C'.repeat(43) })],
  ['another contract', version(1), version(2, { id: 'https://newcomer.example/other' })],
  ['it replaces another', version(1), version(2, { replaces: 'C'.repeat(43) })],
  ['it does not say what it replaces', version(1), { ...version(2), replaces: undefined }],
])('%s is refused', (detail, previous, next) => {
  expect(() => compareVersions(previous, next)).toThrow(
    expect.objectContaining({ code: 'offer_version', detail }) as Error,
  );
});
