import type { Identity } from './identity.ts';

/** Says to the locker, signed, that everything of a contract is erased. Its tokens are over, so the signature speaks. */
export async function answerErasure(
  { locker, clientId, identity }: { locker: string; clientId: string; identity: Identity },
  grantId: string,
): Promise<void> {
  const answer = await identity.sign('locker-erasure+jws', {
    grant_id: grantId,
    erased_at: new Date().toISOString(),
    kept: '',
  });
  const response = await fetch(new URL(`/grants/${grantId}/erasure`, locker), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_id: clientId, answer }),
  });
  if (response.status !== 204) throw new Error(`the answer was not taken: ${await response.text()}`);
}
