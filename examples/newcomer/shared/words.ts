import type { Contract, Refused } from './locker.ts';

/** What a refusal means for the person in front of the screen. */
export function refusalWords({ code, detail, message }: Refused): string {
  switch (code) {
    case 'paused':
      return 'You have paused Newcomer in your locker. It goes on when you resume it there.';
    case 'locked':
    case 'shutting_down':
      return 'Your locker is locked or closing. Newcomer goes on when it is open again.';
    case 'clause_not_granted':
    case 'datatype_not_granted':
    case 'action_not_granted':
      return 'You have not allowed this part. You can allow it in your locker, or ask anew from here.';
    case 'field_not_granted':
      return `You have not allowed “${detail}”, so Newcomer does without it.`;
    case 'clause_expired':
      return 'The time that you allowed for this part is over.';
    case 'rate_exceeded':
      return 'Newcomer has read as much as you allow in this time. It waits.';
    default:
      return `${message}${detail === '' ? '' : ` (${detail})`}`;
  }
}

/** What is allowed, a line each: whatever the owner left of what was asked for. */
export function contractWords({ authorization_details: clauses }: Contract): string[] {
  return clauses.map(({ clause_id: id, actions, fields, window }) => {
    const { rolling, since, until } = window;
    const period = [
      rolling === undefined ? '' : `the last ${spanWords(rolling)}`,
      since === undefined ? '' : `since ${since.slice(0, 10)}`,
      until === undefined ? '' : `before ${until.slice(0, 10)}`,
    ].filter((part) => part !== '');
    return `${id}: ${actions.join(', ')} · ${fields.join(', ')}${period.length === 0 ? '' : ` · ${period.join(', ')}`}`;
  });
}

function spanWords(duration: string): string {
  const [, days, hours] = /^P(?:(\d+)D|T(\d+)H)$/.exec(duration) ?? [];
  return days === undefined ? `${hours ?? ''} hours` : `${days} days`;
}

/** How a notice of the locker reads. */
export function noticeWords(kind: string): string {
  const words: Record<string, string> = {
    'grant.granted': 'Your locker says: access granted.',
    'grant.limited': 'Your locker says: you took something away.',
    'grant.widened': 'Your locker says: you allowed more.',
    'grant.paused': 'Your locker says: paused.',
    'grant.resumed': 'Your locker says: resumed.',
    'grant.withdrawn': 'Your locker says: access withdrawn.',
    'grant.expired': 'Your locker says: the contract has run out.',
    'erasure.demanded': 'Your locker asks to erase everything.',
  };
  return words[kind] ?? `Your locker says: ${kind}.`;
}
