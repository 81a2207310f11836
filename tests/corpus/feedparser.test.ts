import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromJsonFeed } from '../../main/intake/feed/from-json-feed.ts';
import { parseXmlFeed } from '../../main/intake/feed/read-feed.ts';
import { decodeText } from '../../main/intake/text-encoding.ts';
import { recognise } from '../../main/intake/recognise.ts';
import { CORPUS, corpusBytes, corpusFiles } from './corpus.ts';
import { agrees, asFeedparser, comparedClauses, type Clause } from './feedparser-cases.ts';
import { parseJsonFeed } from 'feedsmith';

const FOLDER = 'feeds-feedparser';
const PAGE = new URL('../../docs/feedparser-cases.md', import.meta.url);

interface Case {
  name: string;
  clauses: Clause[];
  view: unknown;
}

function caseOf(path: string): Case {
  const bytes = corpusBytes(path);
  const plain = decodeText(bytes).text;
  const head = /<!--(.*?)-->/s.exec(plain)?.[1] ?? /"__TEST__": "(.*?)",\n/.exec(plain)?.[1] ?? '';
  const expectation = /Expect:\s*(.*?)\s*(?:-->|$)/m.exec(head)?.[1] ?? '';
  const charset = /Content-type:.*?charset\s*=\s*['"]?([\w-]+)/i.exec(head)?.[1] ?? null;
  const kind = recognise(bytes, path);
  const name = relative(CORPUS, path).slice(FOLDER.length + 1);
  return {
    name,
    clauses: comparedClauses(expectation),
    view: kind.kind === 'feed' ? viewOf(bytes, kind.format, charset) : {},
  };
}

function viewOf(bytes: Buffer, format: 'rss' | 'atom' | 'rdf' | 'json', charset: string | null): unknown {
  const { text } = decodeText(bytes, charset);
  if (format === 'json') return asFeedparser(fromJsonFeed(parseJsonFeed(text)));
  const { feed } = parseXmlFeed(text, format);
  return feed === null ? {} : asFeedparser(feed);
}

/** Names listed on the page with a reason: `- \`name\`: reason`. */
function listedReasons(): Map<string, string> {
  const lines = readFileSync(PAGE, 'utf8').matchAll(/^- `([^`]+)`: (.+)$/gm);
  return new Map(Array.from(lines, ([, name = '', reason = '']) => [name, reason]));
}

describe.skipIf(CORPUS === '')('feedparser’s cases', () => {
  test('at least nine in ten that name title, link, date, author or content agree; the others are listed', () => {
    const cases = corpusFiles(FOLDER)
      .filter((path) => /\.(?:xml|json)$/.test(path))
      .map(caseOf)
      .filter(({ clauses }) => clauses.length > 0);
    const differing = cases
      .filter(({ clauses, view }) => !clauses.every((clause) => agrees(view, clause)))
      .map(({ name }) => name);
    console.log(`feedparser cases: ${cases.length - differing.length} of ${cases.length} agree`);
    expect(cases.length).toBeGreaterThan(300);
    expect((cases.length - differing.length) / cases.length).toBeGreaterThanOrEqual(0.9);
    if (process.env['WRITE_FEEDPARSER_CASES'] !== undefined) {
      const known = listedReasons();
      writeFileSync(PAGE, pageOf(cases.length, differing, known));
    }
    expect([...listedReasons().keys()]).toEqual(differing);
  });
});

function pageOf(total: number, differing: string[], known: Map<string, string>): string {
  const head = readFileSync(PAGE, 'utf8').split(/^- `/m)[0] ?? '';
  const counted = head.replace(/\d+ of \d+/, `${total - differing.length} of ${total}`);
  return `${counted.trimEnd()}\n\n${differing.map((name) => `- \`${name}\`: ${known.get(name) ?? 'REASON MISSING'}`).join('\n')}\n`;
}
