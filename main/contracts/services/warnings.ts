/** What the owner should know of a service, by code. */
const WARNINGS: Readonly<Record<string, string>> = {
  bad_tokens: 'It sent five requests in a row with a token or proof that is not valid.',
  offer_version: 'It published an older version of its offer, or changed one under the same number. That was refused.',
  version_text: 'It changed what it says about the contract. What it may see did not grow.',
  restored:
    'An older copy of your locker was put back. What you limited or withdrew since then is as it was: all contracts are paused until you resume each.',
  webhook_failed: 'It could not be told of a change.',
};

export function warningText(code: string): string {
  return WARNINGS[code] ?? code;
}
