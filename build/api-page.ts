import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import * as datatypes from '../protocol/datatypes.ts';
import * as json from '../protocol/json.ts';
import * as manifest from '../protocol/manifest.ts';
import * as clause from '../protocol/contract/clause.ts';
import * as grant from '../protocol/contract/grant.ts';
import * as offer from '../protocol/contract/offer.ts';
import * as data from '../protocol/owner/data.ts';
import * as feed from '../protocol/owner/feed.ts';
import * as learning from '../protocol/owner/learning.ts';
import * as market from '../protocol/owner/market.ts';
import * as replay from '../protocol/owner/replay.ts';
import * as rules from '../protocol/owner/rules.ts';
import * as trial from '../protocol/owner/trial.ts';
import * as labels from '../protocol/owner/labels.ts';
import * as routes from '../protocol/owner/routes.ts';
import * as services from '../protocol/owner/services.ts';
import * as session from '../protocol/owner/session.ts';
import * as settings from '../protocol/owner/settings.ts';
import * as sources from '../protocol/owner/sources.ts';
import * as record from '../protocol/record.ts';
import { shapeText } from './shape-text.ts';

const PAGE = new URL('../docs/API.md', import.meta.url);

const MODULES = [
  routes,
  session,
  feed,
  manifest,
  data,
  record,
  sources,
  labels,
  replay,
  trial,
  rules,
  learning,
  market,
  services,
  grant,
  offer,
  clause,
  settings,
  datatypes,
  json,
];

/** Every exported shape by its name; a shape exported twice keeps its first. */
function namedShapes(): z.core.$ZodRegistry<{ id: string }> {
  const named = z.registry<{ id: string }>();
  for (const [name, shape] of MODULES.flatMap((module) => Object.entries<unknown>({ ...module }))) {
    if (shape instanceof z.ZodType && !named.has(shape)) named.add(shape, { id: name });
  }
  return named;
}

const named = namedShapes();
const schemas: Readonly<Record<string, unknown>> = z.toJSONSchema(named, {
  io: 'input',
  unrepresentable: 'any',
  uri: (id) => id,
}).schemas;

/** The name of a shape, or its text where it has none. */
function textOf(shape: z.ZodType): string {
  return named.get(shape)?.id ?? shapeText(z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }));
}

/** Each parameter of the path with its limits. */
function pathText(params: z.ZodType): string {
  const lines = shapeText(z.toJSONSchema(params, { io: 'input' }))
    .split('\n')
    .slice(1, -1);
  return lines.map((line) => `\`${line.trim().replace('  //', ',')}\``).join('; ');
}

function requestLines({ params, query, body }: routes.Route): string[] {
  return [
    ...(params === undefined ? [] : [`- Path: ${pathText(params)}`]),
    ...(query === undefined ? [] : [`- Query: ${code(query)}`]),
    ...(body === undefined
      ? []
      : body === 'stream'
        ? ['- Body: `application/octet-stream`, of any length']
        : [`- Body: ${code(body)}`]),
  ];
}

function code(shape: z.ZodType): string {
  const text = textOf(shape);
  return /^\w+$/.test(text) ? `[\`${text}\`](#${text.toLowerCase()})` : `\`${text}\``;
}

function answerLine({ answer, line }: routes.Route): string {
  if (answer !== 'ndjson') return `- Answer: ${code(answer)}`;
  return `- Answer: \`application/x-ndjson\`, one ${line === undefined ? 'document' : code(line)} a line`;
}

function routeText([name, route]: [string, routes.Route]): string {
  const session = route.auth === 'owner' ? 'session' : 'no session';
  return [
    `### ${route.method} ${route.path}`,
    '',
    `\`${name}\`, ${session}`,
    '',
    ...requestLines(route),
    answerLine(route),
  ].join('\n');
}

/** Shapes that routes use, and those that these use in turn, by name. */
function usedShapes(): string[] {
  const used = new Set<string>();
  const open: unknown[] = Object.values<routes.Route>(routes.ROUTES)
    .flatMap(({ query, body, answer, line }) => [query, body, answer, line])
    .filter((shape) => shape instanceof z.ZodType)
    .map((shape) => named.get(shape)?.id);
  open.push('Problem');
  for (let next = open.pop(); next !== undefined || open.length > 0; next = open.pop()) {
    if (typeof next !== 'string' || used.has(next)) continue;
    used.add(next);
    for (const [, name] of JSON.stringify(schemas[next]).matchAll(/"\$ref":"(\w+)"/g)) open.push(name);
  }
  return [...used].sort();
}

/** The page about the owner API, as it must read for the routes as they are. */
export function apiPage(): string {
  return `${[
    INTRODUCTION,
    '## Routes',
    ...Object.entries<routes.Route>(routes.ROUTES).map(routeText),
    '## Shapes',
    'In the notation of TypeScript; `?` marks what may be left out, and no other members are taken. Times are UTC milliseconds.',
    ...usedShapes().map((name) => `### ${name}\n\n\`\`\`text\n${shapeText(schemas[name])}\n\`\`\``),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `# The owner API

What the screens, the desktop window and the command line talk to. This page is written by \`node build/api-page.ts\` from the table that the server registers its routes from, \`protocol/owner/routes.ts\`.

**Where it answers.** In the browser: \`http://127.0.0.1:PORT\`, under exactly that host name. On the desktop and for the command line: a Unix socket or named pipe, whose every request carries a token that only the two ends know.

**Sessions.** \`POST /owner/session\` gives a token for the passphrase or for a launch link (once, within five minutes). It goes into \`Authorization: Bearer …\` on every route marked “session”, and ends by a lock, by the program's end, or after the owner's idle minutes. No cookie is read or set. A first locker is made with the session of a launch link, so that no other program of the machine makes it first.

**Requests.** JSON bodies are \`application/json\`, at most 1 MiB; uploads are \`application/octet-stream\`. Anything else is answered 415, an unknown member 400. \`POST /owner/imports\` takes a path of the locker's own machine and answers over the socket only.

**Errors** are problem documents ([\`Problem\`](#problem), RFC 9457) with a code of [errors.md](errors.md). Every answer is \`no-store\`.`;

/** The page as it is. */
export async function writtenApiPage(): Promise<string> {
  return readFile(PAGE, 'utf8');
}

if (import.meta.main) await writeFile(PAGE, apiPage());
