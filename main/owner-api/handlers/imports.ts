import type { Intake } from '../../intake/index.ts';
import type { Handlers } from '../call.ts';

type ImportRooms = Pick<
  Intake,
  'importPath' | 'beginUpload' | 'uploadFile' | 'startImport' | 'runs' | 'run' | 'watch' | 'cancel' | 'undo'
>;
type ImportRoutes =
  | 'beginUpload'
  | 'uploadFile'
  | 'startImport'
  | 'importPath'
  | 'imports'
  | 'importRun'
  | 'importProgress'
  | 'cancelImport'
  | 'undoImport';

/** Bringing data in: uploads piece by piece, runs with progress, cancelling and undoing them. */
export function importHandlers(intake: () => ImportRooms): Pick<Handlers, ImportRoutes> {
  return {
    beginUpload: async () => ({ upload: await intake().beginUpload() }),
    uploadFile: async ({ params, query, body }) => ({
      bytes: await intake().uploadFile(params.id, query.path, body),
    }),
    startImport: async ({ params, body }) => ({ id: await intake().startImport(params.id, body.name) }),
    importPath: async ({ body }) => ({ id: await intake().importPath(body.path) }),
    imports: async () => ({ items: await intake().runs() }),
    importRun: async ({ params }) => intake().run(params.id),
    importProgress: async ({ params }) => {
      // A run that isn't known is told before the stream begins.
      await intake().run(params.id);
      return intake().watch(params.id);
    },
    cancelImport: async ({ params }) => {
      await intake().cancel(params.id);
      return { done: true };
    },
    undoImport: async ({ params }) => intake().undo(params.id),
  };
}
