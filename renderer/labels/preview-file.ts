import type { LabelPreview } from '../../protocol/owner/labels.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import { addressOf, type Client } from '../api/client.ts';
import { ApiError, problemOf } from '../api/problem.ts';
import { t } from '../messages/translate.ts';

/** Hands a file to the locker to look at. Throws ApiError. */
export async function previewFile(client: Client, file: File, key: string): Promise<LabelPreview> {
  const route = ROUTES.previewLabelFile;
  const query = { name: file.name.slice(0, 300), ...(key === '' ? {} : { key }) };
  const authorization = client.authorization();
  const response = await fetch(addressOf(route, { query }), {
    method: route.method,
    headers: {
      'content-type': 'application/octet-stream',
      ...(authorization === null ? {} : { authorization }),
    },
    body: file,
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
  }).catch(() => {
    throw new ApiError(0, 'unreachable', t('unreachable'));
  });
  if (!response.ok) throw await problemOf(response);
  return route.answer.parse(await response.json());
}
