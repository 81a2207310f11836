import { isMessageKey, t, type MessageKey } from './translate.ts';

type KindKey = Extract<MessageKey, `kind.${string}`>;

function isKindKey(key: string): key is KindKey {
  return key.startsWith('kind.') && isMessageKey(key);
}

/** A datatype as a person reads it: "Post" for `social.post`. */
export function kindName(datatype: string): string {
  const key = `kind.${datatype}`;
  return isKindKey(key) ? t(key) : datatype;
}
