/**
 * Newcomer: a small social service that begins with what you already have. Everything it knows of a locker is what
 * docs/writing-a-service.md says; it uses no code of the locker.
 *
 *   node examples/newcomer/main.ts --locker http://127.0.0.1:4863
 */
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openDemands } from './demands.ts';
import { answerErasure } from './erasure.ts';
import { openIdentity } from './identity.ts';
import { createNoticeReader } from './notices.ts';
import { clientDocument, draftOffer } from './offer.ts';
import { eraseCopy, runProgram } from './program.ts';
import { listen } from './server.ts';
import type { Place } from './shared/contract.ts';
import { noticeWords } from './shared/words.ts';

const USAGE = `Usage: node examples/newcomer/main.ts --locker ADDRESS [--port N] [--folder DIR] [--program] [--no-open]

  --locker ADDRESS  where the locker answers services: http://127.0.0.1:4863
  --port N          Newcomer's own port (4880); the offer is for this port
  --folder DIR      where Newcomer keeps its key and its offer file (examples/newcomer/.own)
  --program         in the terminal, without a page
  --no-open         with --program: print the address to open, do not open it
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

// Node says once that taking types out of code is new to it; there is nothing to do about it here.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') process.stderr.write(`${warning.name}: ${warning.message}\n`);
});

function openBrowser(address: string): void {
  const [command = '', ...args] =
    process.platform === 'darwin'
      ? ['open']
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler']
        : ['xdg-open'];
  const child = spawn(command, [...args, address], { stdio: 'ignore', detached: true });
  // The address was printed, too.
  child.on('error', () => {});
  child.unref();
}

interface Options {
  readonly locker: string;
  readonly port: number;
  readonly folder: string;
  readonly program: boolean;
  readonly open: boolean;
}

function readOptions(): Options | null {
  try {
    const { values } = parseArgs({
      options: {
        locker: { type: 'string' },
        port: { type: 'string', default: '4880' },
        folder: { type: 'string', default: fileURLToPath(new URL('.own', import.meta.url)) },
        program: { type: 'boolean', default: false },
        'no-open': { type: 'boolean', default: false },
      },
    });
    const locker = URL.parse(values.locker ?? '');
    const port = Number(values.port);
    if (locker === null || !Number.isInteger(port) || port < 0 || port > 65_535) return null;
    const { folder, program, 'no-open': closed } = values;
    return { locker: locker.origin, port, folder: resolve(folder), program, open: !closed };
  } catch {
    return null;
  }
}

async function main({ locker, port, folder, program, open }: Options): Promise<number> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const identity = await openIdentity(folder);
  const demands = await openDemands(folder);
  const readNotice = createNoticeReader(locker);
  await using server = await listen(port);
  const { origin, tell } = server;
  const client = clientDocument(origin, { ...identity.publicKey });
  const draft = draftOffer(origin);
  const offer = await identity.signOffer(draft);
  const clientId = `${origin}/client.json`;
  const place: Place = { locker, clientId, redirectUri: `${origin}/back`, offer: offer.digest, clauses: draft.clauses };
  const offerFile = join(folder, 'newcomer.offer.json');
  await writeFile(offerFile, `${JSON.stringify({ client, offer }, null, 2)}\n`);

  const stopping = new AbortController();
  const finished = Promise.withResolvers<number>();
  let waiting: ((address: URL) => void) | null = null;

  async function sayErased(grant: string): Promise<void> {
    await answerErasure({ locker, clientId, identity }, grant);
    say('Erased everything of that contract, and said so to the locker, signed.');
    tell({ kind: 'erasure.answered', grant });
    if (program) finished.resolve(0);
  }

  server.serve({
    locker,
    documents: {
      '/client.json': client,
      '/offer.json': offer,
      '/newcomer.offer.json': { client, offer },
      '/place.json': { ...place, offerFile },
    },
    async noticed(headers, body) {
      const notice = await readNotice({ url: `${origin}/notices`, headers, body });
      if (notice === null) return 401;
      const { kind, grant_id: grant } = notice;
      say(noticeWords(kind));
      tell({ kind, grant });
      if (kind !== 'erasure.demanded') return 204;
      const holder = await demands.demanded(grant);
      if (holder === 'page') return 204;
      await eraseCopy(folder);
      await demands.erased(grant);
      await sayErased(grant);
      return 204;
    },
    async told({ kind, grant }) {
      if (kind === 'kept') await demands.kept(grant, 'page');
      else if (await demands.erased(grant)) await sayErased(grant);
    },
    cameBack(address) {
      if (waiting === null) return false;
      waiting(address);
      waiting = null;
      return true;
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopping.abort();
      finished.resolve(0);
    });
  }
  say(`Newcomer is at ${origin}`);
  say(`Its offer is in ${offerFile}`);
  if (!program) {
    say('1. In your locker: Services, “Add a service”, choose that file (or drop it there).');
    say(`2. Open ${origin} in the browser on this computer.`);
    return await finished.promise;
  }
  const running = runProgram({
    place,
    folder,
    terminal: {
      say,
      open: open ? openBrowser : () => {},
      cameBack: () => new Promise((resolve) => (waiting = resolve)),
      stopped: stopping.signal,
    },
    kept: (grant) => demands.kept(grant, 'program'),
  });
  // Ctrl-C also ends waiting for an answer that may never come.
  const code = await Promise.race([running, finished.promise]);
  // Where the contract ended, the demand to erase comes as a notice of its own.
  return code === 0 && !stopping.signal.aborted ? await finished.promise : code;
}

const options = readOptions();
if (options === null) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  process.exitCode = await main(options);
}
