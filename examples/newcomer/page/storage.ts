/** What the page keeps in this browser: keys that cannot be exported, and tokens. No post and no person. */
import type { Asked, Tokens } from '../shared/contract.ts';

interface Kept {
  asked: Asked;
  tokens: Tokens;
}

const NAME = 'newcomer';
const STORE = 'kept';

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('the browser keeps nothing', { cause: request.error }));
  });
}

async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE);
  const database = await done(opening);
  try {
    return await done(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

export function load<Name extends keyof Kept>(name: Name): Promise<Kept[Name] | undefined> {
  return inStore('readonly', (store): IDBRequest<Kept[Name] | undefined> => store.get(name));
}

export async function keep<Name extends keyof Kept>(name: Name, value: Kept[Name]): Promise<void> {
  await inStore('readwrite', (store) => store.put(value, name));
}

export async function forget(name: keyof Kept): Promise<void> {
  await inStore('readwrite', (store) => store.delete(name));
}
