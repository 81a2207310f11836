import { accountUri, uriKey } from '../../derive/index.ts';

/** What a label or an entry of a list is about. */
export interface Subject {
  readonly about: 'post' | 'account' | 'host';
  readonly uri: string;
  /** Key that the store knows it by; 0: it is a host. */
  readonly subject: number;
}

const HOST = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$/;
const HANDLE = /^@?([^@\s/:]{1,100})@([^@\s/]+)$/;

/** A post or an account by its URI; null: neither. A DID and an address that looks like an account's are accounts. */
export function subjectOf(uri: string): Subject | null {
  if (uri.length > 2048) return null;
  const account = accountUri(uri);
  if (account.startsWith('did:') || account.startsWith('acct:')) {
    return { about: 'account', uri: account, subject: uriKey(account) };
  }
  if (/^at:\/\/did:[^/]+\/[^/]+\/[^/]+$/.test(uri)) return { about: 'post', uri, subject: uriKey(uri) };
  if (/^https?:\/\/[^/]+\/(?:users\/|@)[^/]+$/.test(uri)) return { about: 'account', uri, subject: uriKey(uri) };
  if (/^https?:\/\//.test(uri)) return { about: 'post', uri, subject: uriKey(uri) };
  return null;
}

/** `user@host`, with or without a leading @; a DID; an account's address. Null: none of these. */
export function accountSubject(text: string): Subject | null {
  const [, name, host = ''] = HANDLE.exec(text) ?? [];
  if (name !== undefined && hostOf(host) !== null) {
    const uri = accountUri(`acct:${name}@${host}`);
    return { about: 'account', uri, subject: uriKey(uri) };
  }
  if (/^did:[a-z]+:[A-Za-z0-9._:%-]{1,200}$/.test(text)) return { about: 'account', uri: text, subject: uriKey(text) };
  if (/^https?:\/\/[^/]+\/./.test(text)) return { about: 'account', uri: text, subject: uriKey(text) };
  return null;
}

export function hostSubject(text: string): Subject | null {
  const host = hostOf(text);
  return host === null ? null : { about: 'host', uri: host, subject: 0 };
}

function hostOf(text: string): string | null {
  const name = text.trim().toLowerCase().replace(/\.$/, '');
  const ascii = URL.parse(`https://${name}/`)?.hostname ?? '';
  return HOST.test(ascii) ? ascii : null;
}
