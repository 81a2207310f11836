/**
 * The sandbox process: runs algorithms, each in a fresh cell with nothing inside but the columns it declared, and hands back
 * numbers. It may read its own file and the engine's addon, and talk to core over its standard input and output. It holds no
 * key, opens no file, socket or process, and trusts neither the algorithm nor its own survival: core kills it when in doubt.
 *
 * This file is the process's entry point. Argument: path of the engine's addon.
 */
import { ToChild } from '../protocol/sandbox-wire.ts';
import { loadIsolatedVm } from './isolated-vm-engine.ts';
import { dropPermissions } from './permissions.ts';
import { send } from './pipe.ts';
import { serve } from './serve.ts';

const ENGINE_GAVE_UP = 70;

function giveUp(): never {
  process.exit(ENGINE_GAVE_UP);
}

// Whatever goes wrong here is never described: a message could carry what an algorithm wants to say.
process.on('uncaughtException', giveUp);
process.on('unhandledRejection', giveUp);

const engine = loadIsolatedVm(process.argv[2] ?? '', giveUp);
// The first parse is slow, and nobody waits for it now.
ToChild.safeParse({ type: 'run' });
send({ type: 'ready', permission: dropPermissions() });
await serve(engine);
