import type ivm from 'isolated-vm';
import type { Cell, CellInput, Engine } from './engine.ts';
import { PRELUDE } from './prelude/source.ts';

/**
 * Loads isolated-vm's addon by exact path: its own loader reads files that the permission model denies.
 * @throws whatever `process.dlopen` throws
 */
export function loadIsolatedVm(addon: string, onCatastrophe: () => never): Engine {
  const module: { exports: { ivm?: typeof ivm } } = { exports: {} };
  process.dlopen(module, addon);
  const loaded = module.exports.ivm;
  if (loaded === undefined) throw new Error('not the isolated-vm addon');
  return { cell: (memoryMb) => createCell(loaded, memoryMb, onCatastrophe) };
}

function createCell(vm: typeof ivm, memoryMb: number, onCatastrophicError: () => never): Cell {
  const isolate = new vm.Isolate({ memoryLimit: memoryMb, onCatastrophicError });
  const context = isolate.createContextSync();
  // Held out here only: nothing inside leads to it.
  const run = context.evalSync(PRELUDE, { reference: true });

  function moveIn(buffer: ArrayBuffer): ivm.Copy<ArrayBuffer> {
    return new vm.ExternalCopy(buffer).copyInto({ release: true, transferIn: true });
  }
  return {
    memoryMb,
    run(input: CellInput): ArrayBuffer {
      const output: unknown = run.applySync(
        undefined,
        [
          input.code,
          input.call,
          input.settings,
          input.ctx,
          input.shape,
          input.directory,
          moveIn(input.batch),
          moveIn(input.extra),
          input.arena,
        ],
        { result: { copy: true }, timeout: input.stopAfterMs },
      );
      if (!(output instanceof ArrayBuffer)) throw new Error('no output');
      return output;
    },
    [Symbol.dispose](): void {
      run.release();
      context.release();
      isolate.dispose();
    },
  };
}
