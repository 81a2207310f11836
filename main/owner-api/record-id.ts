import { branded, type RecordId } from '../../protocol/brand.ts';
import { LockerError } from '../../protocol/errors.ts';
import { Act, RecordIdText } from '../../protocol/owner/data.ts';

/** A record's id as it was sent. Throws `record_not_found` for what can be none. */
export function recordId(text: string): RecordId {
  // The store's keys are safe integers: a longer number would silently become its neighbour.
  if (!RecordIdText.safeParse(text).success || !Number.isSafeInteger(Number(text))) {
    throw new LockerError('record_not_found');
  }
  return branded<string, 'RecordId'>(text);
}

/** The two halves of an act's id, `like:123`. Throws `act_not_found`. */
export function actOf(id: string): { act: Act; record: RecordId } {
  const at = id.indexOf(':');
  const act = Act.safeParse(id.slice(0, at));
  if (at < 0 || !act.success) throw new LockerError('act_not_found');
  try {
    return { act: act.data, record: recordId(id.slice(at + 1)) };
  } catch (error) {
    throw new LockerError('act_not_found', { cause: error });
  }
}
