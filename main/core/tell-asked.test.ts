import { expect, test } from 'vitest';
import type { AccessRequest } from '../../protocol/owner/services.ts';
import { tellAsked, type Asked } from './tell-asked.ts';

const request = (id: string, host: string | null) => ({ id, service: { host } }) as AccessRequest;

test('tells of each request once, by what was verified', async () => {
  const rounds = [
    [],
    [request('a', 'newcomer.example')],
    [request('a', 'newcomer.example')],
    [request('a', 'newcomer.example'), request('b', null)],
    [],
    [request('a', 'newcomer.example')],
  ];
  let now: AccessRequest[] = [];
  const told: Asked[] = [];
  await tellAsked(
    {
      async *watchRequests() {
        for (const round of rounds) {
          now = round;
          yield { waiting: round.length };
        }
      },
      accessRequests: async () => ({ items: now }),
    },
    (asked) => told.push(asked),
    new AbortController().signal,
  );
  expect(told).toEqual([
    { who: 'newcomer.example', request: 'a' },
    { who: 'A program on this computer', request: 'b' },
    { who: 'newcomer.example', request: 'a' },
  ]);
});
