import type { ServiceReader, Store } from '../../store/index.ts';
import type { GateGrants } from './grants-face.ts';

/** What the gate is made of. */
export interface GateOptions {
  readonly grants: GateGrants;
  readonly store: Pick<Store, 'read' | 'write'>;
  /** The only way by which records are read for a service. */
  readonly reader: Pick<ServiceReader, 'read' | 'list'>;
  readonly now: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
  /** Called with what is a fault of the program. */
  readonly onFault: (error: unknown) => void;
  /** How often open change streams look whether anything was committed, in milliseconds. */
  readonly lookEveryMs?: number;
}
