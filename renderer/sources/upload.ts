import { ROUTES } from '../../protocol/owner/routes.ts';
import { Problem } from '../../protocol/owner/routes.ts';
import { addressOf, type Client } from '../api/client.ts';
import { ApiError } from '../api/problem.ts';
import { t } from '../messages/translate.ts';
import type { Chosen, ChosenFile } from './dropped.ts';

function problemIn(status: number, text: string): ApiError {
  try {
    const problem = Problem.parse(JSON.parse(text));
    return new ApiError(status, problem.code, problem.title, problem.detail);
  } catch {
    return new ApiError(status, 'unreachable', t('unreachable'));
  }
}

/** Sends one file. `fetch` does not tell how much has been sent, so this is the one place with the older interface. */
function send(
  client: Client,
  upload: string,
  { path, file }: ChosenFile,
  onsent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    request.open('PUT', addressOf(ROUTES.uploadFile, { params: { id: upload }, query: { path } }));
    request.setRequestHeader('content-type', 'application/octet-stream');
    const authorization = client.authorization();
    if (authorization !== null) request.setRequestHeader('authorization', authorization);
    request.upload.onprogress = (event) => onsent(event.loaded);
    request.onload = () => (request.status < 300 ? resolve() : reject(problemIn(request.status, request.responseText)));
    request.onerror = () => reject(problemIn(0, ''));
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    request.onloadend = () => signal.removeEventListener('abort', stop);
    signal.addEventListener('abort', stop);
    request.send(file);
  });
}

/** Hands what was chosen to the locker and starts its import; gives the run's id. */
export async function uploadAndImport(
  client: Client,
  chosen: Chosen,
  onprogress: (done: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const { upload } = await client.call(ROUTES.beginUpload, {}, { signal });
  let before = 0;
  for (const one of chosen.files) {
    await send(client, upload, one, (bytes) => onprogress(before + bytes), signal);
    before += one.file.size;
    onprogress(before);
  }
  const { id } = await client.call(
    ROUTES.startImport,
    { params: { id: upload }, body: { name: chosen.name.slice(0, 300) } },
    { signal },
  );
  return id;
}
