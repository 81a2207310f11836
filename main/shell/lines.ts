import { SHELL_LINE_MAX } from '../../protocol/shell.ts';

/**
 * Cuts a byte stream into lines.
 *
 * @param onLine called with each complete line, without its end
 * @param onOverflow called once when a line grows past the limit; nothing is read after that
 */
export function parseLines(onLine: (line: string) => void, onOverflow: () => void): (chunk: string) => void {
  let rest = '';
  let stopped = false;
  return (chunk) => {
    if (stopped) return;
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) onLine(part);
    if (rest.length > SHELL_LINE_MAX) {
      stopped = true;
      onOverflow();
    }
  };
}
