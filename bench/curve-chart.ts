/**
 * Draws the table that `bench/curve.ts` printed, as it stands in the docs: milliseconds over posts, both on logarithmic
 * axes, one panel for each tier. `node bench/curve-chart.ts` writes docs/algorithm-curve.svg.
 */
import { readFile, writeFile } from 'node:fs/promises';

const TABLE = new URL('../docs/algorithm-figures.md', import.meta.url);
const CHART = new URL('../docs/algorithm-curve.svg', import.meta.url);
const TIERS = ['fast', 'hardened'];
const PANEL = { width: 330, height: 340, left: 48, top: 34, gap: 130 };
const LEAST_MS = 1;
const MOST_MS = 10_000;
/** Names less than this apart, in pixels, can't be read. */
const LINE = 11;

interface Curve {
  readonly name: string;
  readonly tier: string;
  /** Milliseconds by size; NaN where it was not tried. */
  readonly ms: readonly number[];
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function read(text: string): { sizes: number[]; curves: Curve[] } {
  const rows = text.split('\n');
  const at = rows.findIndex((row) => /^\| Algorithm +\| Tier/.test(row));
  if (at < 0) throw new Error('the docs hold no table of the curve');
  const [, , ...sizes] = cellsOf(rows[at] ?? '');
  const curves: Curve[] = [];
  for (const row of rows.slice(at + 2)) {
    if (!row.startsWith('|')) break;
    const [name = '', tier = '', ...ms] = cellsOf(row);
    curves.push({ name, tier, ms: ms.map(Number) });
  }
  return { sizes: sizes.map((size) => Number(size.replaceAll(',', ''))), curves };
}

/** The part of the way from `least` to `most`, by orders of magnitude. */
function along(value: number, least: number, most: number): number {
  return Math.log(Math.max(value, least) / least) / Math.log(most / least);
}

function panel(tier: string, left: number, sizes: readonly number[], curves: readonly Curve[]): string {
  const { width, height, top } = PANEL;
  const x = (size: number): number => left + width * along(size, sizes[0] ?? 1, sizes.at(-1) ?? 1);
  const y = (ms: number): number => top + height * (1 - along(ms, LEAST_MS, MOST_MS));
  const parts = [`<text class="head" x="${left}" y="${top - 14}">${tier} tier</text>`];
  for (let ms = LEAST_MS; ms <= MOST_MS; ms *= 10) {
    parts.push(`<path class="grid" d="M${left} ${y(ms)}h${width}"/>`);
    parts.push(
      `<text class="tick" x="${left - 6}" y="${y(ms) + 4}" text-anchor="end">${ms.toLocaleString('en')}</text>`,
    );
  }
  for (const size of sizes) {
    const said = `${String(size / 1000)}k`;
    parts.push(`<text class="tick" x="${x(size)}" y="${top + height + 16}" text-anchor="middle">${said}</text>`);
  }
  const ends: { name: string; y: number; isText: boolean; x: number }[] = [];
  for (const { name, ms } of curves.filter((one) => one.tier === tier)) {
    const points = ms.flatMap((value, i) => (Number.isNaN(value) ? [] : [{ x: x(sizes[i] ?? 1), y: y(value) }]));
    const last = points.at(-1);
    if (last === undefined) continue;
    const isText = name === 'muted-words' || name === 'insults-and-heat';
    const path = points.map((point) => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join('L');
    parts.push(`<path class="${isText ? 'line text' : 'line'}" d="M${path}"><title>${name}</title></path>`);
    ends.push({ name, isText, x: last.x, y: last.y });
  }
  let above = -Infinity;
  for (const end of ends.toSorted((a, b) => a.y - b.y)) {
    above = Math.max(end.y + 3, above + LINE);
    parts.push(
      `<text class="${end.isText ? 'name text' : 'name'}" x="${left + width + 6}" y="${above.toFixed(1)}">${end.name}</text>`,
    );
  }
  return parts.join('\n');
}

const { sizes, curves } = read(await readFile(TABLE, 'utf8'));
const { width, height, left, top, gap } = PANEL;
const whole = { width: left + TIERS.length * (width + gap), height: top + height + 34 };
const panels = TIERS.map((tier, i) => panel(tier, left + i * (width + gap), sizes, curves));
await writeFile(
  CHART,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${whole.width} ${whole.height}" font-family="sans-serif" role="img">
<title>Milliseconds of an algorithm’s run over 1,000 to 200,000 posts</title>
<style>.head{font-size:14px;font-weight:bold}.tick,.name{font-size:10px;fill:#555}.grid{stroke:#ddd}.line{fill:none;stroke:#7c9a99;stroke-width:1.3}.line.text{stroke:#b4471f;stroke-width:2.2}.name.text{fill:#b4471f;font-weight:bold}</style>
<rect width="100%" height="100%" fill="#fff"/>
${panels.join('\n')}
</svg>
`,
);
