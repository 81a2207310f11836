import { expect } from 'vitest';
import type { Command } from '../../main/core/testing.ts';
import { isErrorCode, type ErrorCode } from '../../protocol/errors.ts';

/** The code of the message a command ended with: one sentence, a code of the table, no stack. */
export function messageCode(command: Command): ErrorCode {
  const errors = command.errors();
  const [, code = ''] = /^locker: [A-Z].+ \(([a-z_]+)(?:: [^\n]+)?\)$/m.exec(errors) ?? [];
  if (!isErrorCode(code)) throw new Error(`no message with a code: ${errors}`);
  expect(errors).not.toMatch(/^\s+at |node:internal|\.[tj]s:\d+|Error:/m);
  return code;
}

export function expectMessage(command: Command, code: ErrorCode): void {
  expect(messageCode(command)).toBe(code);
}
