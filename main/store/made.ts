/**
 * An operation's output, as it is typed in the thread that made it. Nothing is looked at: both ends are one program, and a
 * schema made for each call costs more than what many calls do.
 */
export function made<T>(output: unknown): T {
  if (isMade<T>(output)) return output;
  throw new TypeError('output');
}

function isMade<T>(_output: unknown): _output is T {
  return true;
}
