import { exportJWK, generateKeyPair } from 'jose';
import type { Bundle, LogEntry, Receipt, SignedReceipt } from '../../../protocol/contract/grant.ts';
import { effective, logEntryHash, makeReceipt, signBundle, signOffer, signReceipt, type SigningKey } from '../index.ts';
import { clauseOf } from '../lattice/testing.ts';

const GRANT = 'AAAAAAAAAAAAAAAAAAAAAA';
const POLICY = { never: [], rolling: null, pseudonymousFor: [], neverOthersPrivate: false, longest: null };

export interface ExampleBundle {
  readonly bundle: Bundle;
  readonly lockerKey: SigningKey;
}

/** A bundle as a locker writes it: one grant, limited once; two closed days, of the first only the hash is kept. */
export async function exampleBundle(): Promise<ExampleBundle> {
  const [lockerKey, lockerJwk] = await newKey('locker');
  const [clientKey, clientJwk] = await newKey('client');
  const offer = await signOffer(
    {
      contract_version: '1',
      id: 'https://newcomer.example/offer',
      version: 1,
      client_id: 'https://newcomer.example/client.json',
      controller: { name: 'Newcomer', contact: 'me@newcomer.example', jurisdiction: 'DE' },
      language: 'en',
      clauses: [clauseOf()],
    },
    clientKey,
  );
  const limits = [{ clause_id: 'posts', off: false, fields: ['content'] }];
  const clauses = [[], limits].map((it) => effective([clauseOf()], it, POLICY, 0));
  const log: LogEntry[] = [];
  for (const at of ['2026-01-01T10:00:00Z', '2026-01-01T11:00:00Z', '2026-01-02T10:00:00Z', '2026-01-03T10:00:00Z']) {
    const entry = {
      grant_id: GRANT,
      number: log.length + 1,
      at,
      clause_id: 'posts',
      action: 'query',
      datatype: 'social.post',
      fields: ['content'],
      rows: 5,
      bytes: 120,
      outcome: 'answered' as const,
      reason: null,
      revision: 1,
      previous: log.at(-1)?.hash ?? null,
    };
    log.push({ ...entry, hash: logEntryHash(entry) });
  }
  const days = [
    { date: '2026-01-01', first: 1, last: 2, hash: log[1]?.hash ?? '', requests: 2, rows: 10, bytes: 240 },
    { date: '2026-01-02', first: 3, last: 3, hash: log[2]?.hash ?? '', requests: 1, rows: 5, bytes: 120 },
  ];
  const receipts: SignedReceipt[] = [];
  const add = async (
    event: Receipt['event'],
    at: string,
    revision: number,
    day: Receipt['day'] = null,
  ): Promise<void> => {
    const receipt = makeReceipt(receipts.at(-1) ?? null, {
      grantId: GRANT,
      event,
      at,
      dataSubject: 'Owner of this locker',
      controller: {
        client_id: 'https://newcomer.example/client.json',
        name: 'Newcomer',
        contact: 'me@newcomer.example',
      },
      notice: null,
      offer: { id: offer.id, version: 1, digest: offer.digest },
      revision,
      clauses: clauses[revision - 1] ?? [],
      day,
    });
    receipts.push(await signReceipt(receipt, lockerKey));
  };
  await add('granted', '2026-01-01T09:00:00Z', 1);
  for (const { date, hash, requests, rows, bytes } of days) {
    await add('day closed', `${date}T23:59:59Z`, 1, { date, hash, requests, rows, bytes });
  }
  await add('limited', '2026-01-03T08:00:00Z', 2);
  await add('paused', '2026-01-03T09:00:00Z', 2);
  const bundle = await signBundle(
    {
      format: 'data-locker-bundle/1',
      made: '2026-01-04T00:00:00Z',
      jwks: { keys: [lockerJwk] },
      grants: [
        {
          grant_id: GRANT,
          offer,
          client_jwks: { keys: [clientJwk] },
          revisions: [
            { revision: 1, at: '2026-01-01T09:00:00Z', clauses: clauses[0] ?? [] },
            { revision: 2, at: '2026-01-03T08:00:00Z', clauses: clauses[1] ?? [] },
          ],
          receipts,
          days,
          log: log.slice(2),
          erasure: { demanded: '2026-01-03T10:00:00Z' },
        },
      ],
    },
    lockerKey,
  );
  return { bundle, lockerKey };
}

async function newKey(kid: string): Promise<[SigningKey, Record<string, unknown>]> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  return [
    { key: privateKey, alg: 'EdDSA', kid },
    { ...(await exportJWK(publicKey)), kid },
  ];
}
