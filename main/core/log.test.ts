import { describe, expect, it } from 'vitest';
import { LockerError } from '../../protocol/errors.ts';
import { createLog } from './log.ts';

function logged(error: unknown): string {
  let text = '';
  createLog(
    (line) => (text += line),
    () => new Date(0),
  ).fault(error);
  return text;
}

describe('log', () => {
  it('says where a fault was, never what it was working on', () => {
    const text = logged(new TypeError('cannot read "my private post"', { cause: new Error('secret name') }));
    expect(text).toMatch(/^1970-01-01T00:00:00\.000Z fault TypeError at core\/log\.test\.ts:\d+/);
    expect(text).not.toMatch(/private|secret/);
    expect(text.split('\n')).toHaveLength(2);
  });

  it('names the code of an error of the table and of the system', () => {
    expect(logged(new LockerError('internal', { detail: 'pragma x' }))).toContain('fault internal (pragma x)');
    expect(logged(Object.assign(new Error('open /home/me'), { code: 'EACCES' }))).toContain('fault Error EACCES');
    expect(logged('text')).toContain('fault not an error');
  });
});
