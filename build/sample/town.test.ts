import { describe, expect, it } from 'vitest';
import { IntakeRecord } from '../../protocol/record.ts';
import { TOWN, generateTown } from './town.ts';

const NOW = Date.UTC(2026, 5, 1);

describe('the sample town', () => {
  const records = [...generateTown(NOW)];

  it('gives the same records for the same clock and seed', () => {
    expect([...generateTown(NOW)]).toEqual(records);
  });

  it('has the people and posts it says, all valid, none from the future', () => {
    const posts = records.filter((record) => record.datatype === 'social.post');
    expect(posts).toHaveLength(TOWN.posts);
    expect(records.filter((record) => record.datatype === 'social.person')).toHaveLength(TOWN.people);
    for (const record of records) {
      expect(IntakeRecord.safeParse(record).success).toBe(true);
      expect(record.published).toBeLessThanOrEqual(NOW);
    }
  });

  it('names every record once and only hosts that no one can register', () => {
    const uris = records.map((record) => record.uri);
    expect(new Set(uris).size).toBe(uris.length);
    for (const uri of uris) expect(new URL(uri ?? '').host).toMatch(/\.example$/);
  });

  it('has replies, boosts, likes, follows and more than one script', () => {
    const bodies = JSON.stringify(records);
    for (const part of ['"inReplyTo"', '"Announce"', '"Like"', '"Follow"', 'トマト', 'ทะเลสาบ'])
      expect(bodies).toContain(part);
  });
});
