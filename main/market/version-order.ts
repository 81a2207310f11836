/** Which of two versions is newer, by semver's precedence. @returns below 0: `one` is older */
export function compareVersions(one: string, other: string): number {
  const [first, second] = [split(one), split(other)];
  for (const [index, number] of first.numbers.entries()) {
    const difference = number - (second.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (first.label.length === 0 || second.label.length === 0) return second.label.length - first.label.length;
  for (const [index, part] of first.label.entries()) {
    const against = second.label[index];
    if (against === undefined) return 1;
    const difference = comparePart(part, against);
    if (difference !== 0) return difference;
  }
  return first.label.length - second.label.length;
}

function split(version: string): { numbers: number[]; label: string[] } {
  const dash = version.indexOf('-');
  const core = dash < 0 ? version : version.slice(0, dash);
  return {
    numbers: core.split('.').map(Number),
    label: dash < 0 ? [] : version.slice(dash + 1).split('.'),
  };
}

/** Numbers come before words. */
function comparePart(one: string, other: string): number {
  const [first, second] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (first && second) return Number(one) - Number(other);
  if (first !== second) return first ? -1 : 1;
  return one < other ? -1 : one > other ? 1 : 0;
}
