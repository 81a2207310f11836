import type { Records } from '../../records/index.ts';
import type { Handlers } from '../call.ts';
import { actOf, recordId } from '../record-id.ts';

type RecordRoom = Pick<
  Records,
  'summary' | 'browse' | 'export' | 'detail' | 'edit' | 'delete' | 'undoDelete' | 'act' | 'undoAct'
>;
type RecordRoutes =
  | 'dataSummary'
  | 'records'
  | 'exportRecords'
  | 'record'
  | 'editRecord'
  | 'deleteRecords'
  | 'undoDelete'
  | 'makeAct'
  | 'undoAct';

/** "My data": what is there, searching, exporting, viewing, editing, deleting, and the owner's own acts. */
export function recordHandlers(records: () => RecordRoom): Pick<Handlers, RecordRoutes> {
  return {
    dataSummary: async () => records().summary(),
    records: async ({ query }) => records().browse(query),
    exportRecords: async ({ query }) => records().export(query),
    record: async ({ params }) => records().detail(recordId(params.id)),
    editRecord: async ({ params, body }) => records().edit(recordId(params.id), body.changes),
    deleteRecords: async ({ body }) => records().delete(body.ids.map(recordId)),
    undoDelete: async ({ body }) => records().undoDelete(body.undo),
    makeAct: async ({ body }) => records().act(body.act, recordId(body.record)),
    undoAct: async ({ params }) => {
      const { act, record } = actOf(params.id);
      await records().undoAct(act, record);
      return { done: true };
    },
  };
}
