import { isMessageKey, t, type MessageKey } from './translate.ts';

type KindKey = Extract<MessageKey, `kind.${string}`>;

function isKindKey(key: string): key is KindKey {
  return key.startsWith('kind.') && isMessageKey(key);
}

/** `x-host.example.note` → host and "note", of a kind that a service brought. */
export function ownKind(datatype: string): { host: string; name: string } {
  const dot = datatype.lastIndexOf('.');
  return { host: datatype.slice(2, dot), name: datatype.slice(dot + 1) };
}

/** A datatype as a person reads it: "Post" for `social.post`. */
export function kindName(datatype: string): string {
  const key = `kind.${datatype}`;
  return isKindKey(key) ? t(key) : t('kinds.own', ownKind(datatype));
}
