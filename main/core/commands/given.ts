import { LockerError } from '../../../protocol/errors.ts';
import type { Config } from '../config.ts';

/** Operands and options of a command of authors and repositories. */
export interface Given {
  operand(place: number): string;
  /** @throws LockerError bad_arguments where it is missing */
  text(option: string): string;
  maybe(option: string): string | null;
  flag(option: string): boolean;
  /** A number from 1 to 9; 1 where it is missing. @throws LockerError bad_arguments */
  count(option: string): number;
}

export function givenTo({ author }: Config): Given {
  const { operands, options } = author ?? { operands: [], options: {} };
  function maybe(option: string): string | null {
    const value = options[option];
    return typeof value === 'string' ? value : null;
  }
  return {
    operand: (place) => operands[place] ?? '',
    maybe,
    text(option) {
      const value = maybe(option);
      if (value === null || value === '') throw new LockerError('bad_arguments', { detail: `--${option} is missing` });
      return value;
    },
    flag: (option) => options[option] === true,
    count(option) {
      const value = maybe(option) ?? '1';
      if (!/^[1-9]$/.test(value)) throw new LockerError('bad_arguments', { detail: `--${option} takes 1 to 9` });
      return Number(value);
    },
  };
}
