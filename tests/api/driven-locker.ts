import type { z } from 'zod';
import { ask, locker, OPEN_LINE, type Command } from '../../main/core/testing.ts';
import type { ImportRun } from '../../protocol/owner/sources.ts';
import { Problem, ROUTES, type Route } from '../../protocol/owner/routes.ts';
import type { Status } from '../../protocol/owner/session.ts';

export const PASSPHRASE = 'seven small boats at noon';

interface Input {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The owner API answered with a problem. */
export class Refused extends Error {
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;

  constructor(problem: Problem) {
    super(problem.code);
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
  }
}

/** A `locker start` of its own process, driven over its owner API as the screens do. */
export interface DrivenLocker extends AsyncDisposable {
  readonly command: Command;
  readonly origin: string;
  readonly status: () => Promise<Status>;
  /** Throws Refused. */
  call<S extends z.ZodType>(route: Route & { readonly answer: S }, input?: Input): Promise<z.output<S>>;
  /** Begins an upload with one file in it. */
  upload(path: string, bytes: Uint8Array | string): Promise<string>;
  /** Calls back with each line of a run's progress, until it has ended or the locker is gone. */
  progress(id: string, onRun: (run: ImportRun) => void): Promise<void>;
  /** Uploads one file, imports it, and waits for the end. */
  importFile(path: string, bytes: Uint8Array | string): Promise<ImportRun>;
  /** Opens with the passphrase, and uses that session from then on. */
  unlock(passphrase?: string): Promise<void>;
  /** Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts a locker; where the folder holds none it is made (the sample opens itself), else it is left locked until `unlock`.
 *
 * @param more arguments of `locker start`
 */
export async function startLocker(folder: string, more: readonly string[] = []): Promise<DrivenLocker> {
  const command = locker(['start', '--data', folder, '--port', '0', '--no-open', ...more]);
  const [, origin = '', launch = ''] = await command.says(OPEN_LINE);
  let token = '';

  async function call<S extends z.ZodType>(
    route: Route & { readonly answer: S },
    input: Input = {},
  ): Promise<z.output<S>> {
    const { status, answer } = await ask(origin + pathOf(route, input), {
      method: route.method,
      token,
      ...(route.body === undefined ? {} : { body: input.body ?? {} }),
    });
    if (status !== 200) throw new Refused(Problem.parse(answer));
    return route.answer.parse(answer);
  }

  async function upload(path: string, bytes: Uint8Array | string): Promise<string> {
    const begun = await call(ROUTES.beginUpload);
    const target = pathOf(ROUTES.uploadFile, { params: { id: begun.upload }, query: { path } });
    const response = await fetch(origin + target, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', authorization: `Bearer ${token}` },
      body: typeof bytes === 'string' ? bytes : Buffer.from(bytes),
    });
    if (response.status !== 200) throw new Refused(Problem.parse(await response.json()));
    return begun.upload;
  }

  async function progress(id: string, onRun: (run: ImportRun) => void): Promise<void> {
    const response = await fetch(origin + pathOf(ROUTES.importProgress, { params: { id } }), {
      headers: { authorization: `Bearer ${token}` },
    });
    if (response.status !== 200 || response.body === null) throw new Refused(Problem.parse(await response.json()));
    let rest = '';
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') onRun(ROUTES.importProgress.line.parse(JSON.parse(line)));
    }
  }

  const status = (): Promise<Status> => call(ROUTES.status);
  const { state } = await status();
  if (state !== 'vault-locked') ({ token } = await call(ROUTES.openSession, { body: { launch } }));
  if (state === 'new') ({ token } = await call(ROUTES.createLocker, { body: { passphrase: PASSPHRASE } }));
  return {
    command,
    origin,
    status,
    call,
    upload,
    progress,
    async importFile(path, bytes) {
      const id = await upload(path, bytes);
      const run = await call(ROUTES.startImport, { params: { id }, body: { name: path } });
      await progress(run.id, () => undefined);
      return call(ROUTES.importRun, { params: run });
    },
    async unlock(passphrase = PASSPHRASE) {
      ({ token } = await call(ROUTES.openSession, { body: { passphrase } }));
    },
    async stop() {
      command.child.kill('SIGINT');
      return command.ended;
    },
    [Symbol.asyncDispose]: () => command[Symbol.asyncDispose](),
  };
}

function pathOf(route: Route, { params = {}, query = {} }: Input): string {
  const path = route.path.replaceAll(/:([a-z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const search = new URLSearchParams(query).toString();
  return search === '' ? path : `${path}?${search}`;
}

/** A post as ActivityStreams JSON. */
export function noteJson(uri: string, content: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    '@context': 'https://www.w3.org/ns/activitystreams',
    type: 'Note',
    id: uri,
    attributedTo: 'https://town.example/ada',
    content: `<p>${content}</p>`,
    published: '2026-01-01T10:00:00Z',
    to: 'https://www.w3.org/ns/activitystreams#Public',
    ...more,
  };
}
