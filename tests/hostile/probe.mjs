/**
 * Stands in for the sandbox program: started with the very flags and walls of the real one, it tries from inside what the real
 * one must not be able to do, and answers a 1 for each attempt that worked. It gives up no permission by itself, so what holds
 * here holds even for code that took over the real process before it did.
 */
import { readSync, writeSync } from 'node:fs';
import * as fs from 'node:fs';

const outside = ['/etc/passwd', '/proc/self/environ', '/proc/1/cmdline', process.execPath];

function settled(start) {
  return new Promise((resolve) => {
    start(
      () => resolve(true),
      () => resolve(false),
    );
    setTimeout(() => resolve(false), 1000);
  });
}

/** Each returns or resolves to whether it worked; `port` is a server that listens on the loopback address. */
export const ATTEMPTS = {
  'read a file of the system': () => outside.some((file) => fs.readFileSync(file).length > 0),
  'read a file by descriptor': () => fs.openSync('/etc/hostname', 'r') >= 0,
  'read the project': () => fs.readFileSync(new URL('../../package.json', import.meta.url)).length > 0,
  'read a folder': () => ['/', '/tmp', '.', import.meta.dirname].some((folder) => fs.readdirSync(folder).length >= 0),
  'look at a file': () => fs.statSync('/etc/passwd').size > 0,
  'write a file here': () => fs.writeFileSync('written', 'x') === undefined,
  'write a file in the temporary folder': () => fs.writeFileSync('/tmp/locker-probe-written', 'x') === undefined,
  'write its own file': () => fs.appendFileSync(import.meta.filename, ' ') === undefined,
  'make a folder': () => fs.mkdirSync('/tmp/locker-probe-folder') === undefined,
  'delete its own file': () => fs.unlinkSync(import.meta.filename) === undefined,
  'write through sqlite': async () => {
    const { DatabaseSync } = await import('node:sqlite');
    const database = new DatabaseSync('/tmp/locker-probe-sqlite');
    database.exec('create table t (a)');
    return true;
  },
  'connect to a port': async (port) => {
    const { connect } = await import('node:net');
    return settled((yes, no) => connect(port, '127.0.0.1').once('connect', yes).once('error', no));
  },
  'listen on a port': async () => {
    const { createServer } = await import('node:net');
    return settled((yes, no) => createServer().once('error', no).listen(0, '127.0.0.1', yes));
  },
  'listen on a socket file': async () => {
    const { createServer } = await import('node:net');
    return settled((yes, no) => createServer().once('error', no).listen('/tmp/locker-probe-socket', yes));
  },
  'send a datagram': async (port) => {
    const { createSocket } = await import('node:dgram');
    return settled((yes, no) => {
      const socket = createSocket('udp4').once('error', no);
      socket.send('x', port, '127.0.0.1', (error) => (error ? no() : yes()));
    });
  },
  'ask for a name': async () => {
    const { resolve4 } = await import('node:dns/promises');
    return settled((yes, no) => resolve4('localhost').then(yes, no));
  },
  fetch: (port) => settled((yes, no) => fetch(`http://127.0.0.1:${port}/`).then(yes, no)),
  'start a process': async () => {
    const { spawnSync } = await import('node:child_process');
    return spawnSync(process.execPath, ['--version']).status === 0;
  },
  'start a shell': async () => {
    const { execSync } = await import('node:child_process');
    return execSync('echo x').length > 0;
  },
  'start a worker': async () => {
    const { Worker } = await import('node:worker_threads');
    return settled((yes, no) => new Worker('0', { eval: true }).once('online', yes).once('error', no));
  },
  'open the inspector': async () => {
    const { open, url } = await import('node:inspector');
    open(0, '127.0.0.1');
    return url() !== undefined;
  },
  'load another addon': () => {
    process.dlopen({ exports: {} }, process.argv[2].replace('abi147', 'abi137'));
    return true;
  },
  // In a process namespace of its own, the parent is nobody.
  'signal core': () => process.ppid > 0 && process.kill(process.ppid, 0),
  // The shell and the wall say where the process stands, which is an empty folder.
  'see the environment': () => Object.keys(process.env).some((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)),
  'ask for permission': () =>
    ['fs.write', 'net', 'child', 'worker', 'wasi'].some((scope) => process.permission.has(scope)),
};

function fill(bytes) {
  for (let at = 0; at < bytes.length;) {
    const read = readSync(0, bytes, at, bytes.length - at, null);
    if (read === 0) process.exit(0);
    at += read;
  }
  return bytes;
}

function send(message, payload = Buffer.alloc(0)) {
  const header = Buffer.from(JSON.stringify(message));
  const frame = Buffer.alloc(8 + Math.ceil(header.length / 8) * 8);
  frame.writeUInt32LE(header.length, 0);
  frame.writeUInt32LE(payload.length, 4);
  frame.set(header, 8);
  const bytes = Buffer.concat([frame, payload]);
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at, bytes.length - at);
}

async function works(attempt, port) {
  try {
    return (await attempt(port)) === true;
  } catch {
    return false;
  }
}

async function probe(message) {
  const scores = new Float64Array(message.shape.n);
  let row = 0;
  for (const attempt of Object.values(ATTEMPTS)) scores[row++] = (await works(attempt, message.ctx.now)) ? 1 : 0;
  const head = Buffer.alloc(16);
  head.writeUInt32LE(message.shape.n, 4);
  send({ type: 'done', id: message.id, spares: 0 }, Buffer.concat([head, Buffer.from(scores.buffer)]));
}

if (import.meta.main) {
  // An attempt may fail later than it returns.
  process.on('uncaughtException', () => undefined);
  send({ type: 'ready', permission: true });
  for (;;) {
    const prefix = fill(Buffer.alloc(8));
    const length = prefix.readUInt32LE(0);
    const header = fill(Buffer.alloc(Math.ceil(length / 8) * 8));
    fill(Buffer.alloc(prefix.readUInt32LE(4)));
    const message = JSON.parse(header.subarray(0, length).toString());
    if (message.type === 'warm') send({ type: 'warmed', spares: 99 });
    if (message.type === 'run') await probe(message);
  }
}
