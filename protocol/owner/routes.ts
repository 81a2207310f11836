import { z } from 'zod';
import { ALGORITHM_ROUTES } from './algorithm-routes.ts';
import * as data from './data.ts';
import * as feed from './feed.ts';
import * as market from './market.ts';
import { LABEL_ROUTES } from './label-routes.ts';
import { LEARNING_ROUTES } from './learning-routes.ts';
import * as replay from './replay.ts';
import * as session from './session.ts';
import * as settings from './settings.ts';
import { Id, None, type Route } from './route.ts';
import { SERVICE_ROUTES } from './service-routes.ts';
import * as sources from './sources.ts';

export type { Route };

const AlgorithmId = z.strictObject({ id: z.string().min(1).max(100) });
export const ROUTES = {
  status: { method: 'GET', path: '/owner/status', auth: 'none', answer: session.Status },
  /** Needs the session of a launch link, so that no other program of this machine makes the locker first. */
  createLocker: {
    method: 'POST',
    path: '/owner/locker',
    auth: 'owner',
    body: session.CreateLocker,
    answer: session.LockerCreated,
  },
  openSession: {
    method: 'POST',
    path: '/owner/session',
    auth: 'none',
    body: session.OpenSession,
    answer: session.SessionGranted,
  },
  recover: {
    method: 'POST',
    path: '/owner/recover',
    auth: 'none',
    body: session.Recover,
    answer: session.LockerCreated,
  },
  lock: { method: 'POST', path: '/owner/lock', auth: 'owner', body: session.LockRequest, answer: session.Done },
  changePassphrase: {
    method: 'PUT',
    path: '/owner/passphrase',
    auth: 'owner',
    body: session.ChangePassphrase,
    answer: session.Done,
  },
  newRecoveryCode: {
    method: 'POST',
    path: '/owner/recovery-code',
    auth: 'owner',
    body: session.NewRecoveryCode,
    answer: session.RecoveryCode,
  },

  makeFeed: { method: 'POST', path: '/owner/feeds', auth: 'owner', body: feed.FeedRequest, answer: feed.FeedPage },
  feedPage: {
    method: 'GET',
    path: '/owner/feeds/:id',
    auth: 'owner',
    params: Id,
    query: feed.FeedPageQuery,
    answer: feed.FeedPage,
  },
  feedHidden: {
    method: 'GET',
    path: '/owner/feeds/:id/hidden',
    auth: 'owner',
    params: Id,
    query: feed.PageQuery,
    answer: feed.HiddenPage,
  },
  feedWhy: {
    method: 'GET',
    path: '/owner/feeds/:id/why/:record',
    auth: 'owner',
    params: Id.extend({ record: data.RecordIdText }),
    answer: feed.Why,
  },
  feedNew: { method: 'GET', path: '/owner/feeds/:id/new', auth: 'owner', params: Id, answer: feed.NewCount },
  feedPosition: {
    method: 'PUT',
    path: '/owner/feeds/:id/position',
    auth: 'owner',
    params: Id,
    body: feed.SetPosition,
    answer: session.Done,
  },
  feedVerify: {
    method: 'POST',
    path: '/owner/feeds/:id/verify',
    auth: 'owner',
    params: Id,
    body: None,
    answer: feed.Verdict,
  },

  replay: { method: 'POST', path: '/owner/replays', auth: 'owner', body: replay.ReplayRequest, answer: replay.Replay },
  feedHealth: { method: 'GET', path: '/owner/feed-health', auth: 'owner', answer: replay.FeedHealth },

  getMix: { method: 'GET', path: '/owner/mix', auth: 'owner', answer: feed.Mix },
  saveMix: { method: 'PUT', path: '/owner/mix', auth: 'owner', body: feed.Mix, answer: feed.Mix },
  mixOrigins: { method: 'GET', path: '/owner/mix-origins', auth: 'owner', answer: feed.Origins },
  columnsKnown: { method: 'GET', path: '/owner/columns-known', auth: 'owner', answer: feed.ColumnsKnown },
  algorithms: { method: 'GET', path: '/owner/algorithms', auth: 'owner', answer: feed.AlgorithmCards },
  algorithmSource: {
    method: 'GET',
    path: '/owner/algorithms/:id/source',
    auth: 'owner',
    params: AlgorithmId,
    answer: feed.AlgorithmSource,
  },
  resumeAlgorithm: {
    method: 'POST',
    path: '/owner/algorithms/:id/resume',
    auth: 'owner',
    params: AlgorithmId,
    body: None,
    answer: session.Done,
  },
  removeAlgorithm: {
    method: 'DELETE',
    path: '/owner/algorithms/:id',
    auth: 'owner',
    params: AlgorithmId,
    answer: session.Done,
  },
  overrideAlgorithm: {
    method: 'POST',
    path: '/owner/algorithms/:id/override',
    auth: 'owner',
    params: AlgorithmId,
    body: market.Override,
    answer: session.Done,
  },
  repositories: { method: 'GET', path: '/owner/repositories', auth: 'owner', answer: market.Repositories },
  lookAtRepository: {
    method: 'POST',
    path: '/owner/repositories/look',
    auth: 'owner',
    body: market.LookAtRepository,
    answer: market.RepositoryLook,
  },
  addRepository: {
    method: 'POST',
    path: '/owner/repositories',
    auth: 'owner',
    body: market.AddRepository,
    answer: market.Repository,
  },
  /** Paths of this machine: for the command line and the desktop's window only. */
  lookAtFolder: {
    method: 'POST',
    path: '/owner/repository-folders/look',
    auth: 'owner',
    body: market.LookAtFolder,
    answer: market.RepositoryLook,
  },
  addFolder: {
    method: 'POST',
    path: '/owner/repository-folders',
    auth: 'owner',
    body: market.AddFolder,
    answer: market.Repository,
  },
  refreshRepository: {
    method: 'POST',
    path: '/owner/repositories/:id/refresh',
    auth: 'owner',
    params: Id,
    body: None,
    answer: market.Repository,
  },
  removeRepository: {
    method: 'DELETE',
    path: '/owner/repositories/:id',
    auth: 'owner',
    params: Id,
    answer: session.Done,
  },
  catalogue: {
    method: 'GET',
    path: '/owner/catalogue',
    auth: 'owner',
    query: market.CatalogueQuery,
    answer: market.Catalogue,
  },
  packagePage: {
    method: 'GET',
    path: '/owner/catalogue/:repository/:id',
    auth: 'owner',
    params: market.PackageParams,
    query: market.PackageQuery,
    answer: market.PackagePage,
  },
  installPackage: {
    method: 'POST',
    path: '/owner/catalogue/:repository/:id/install',
    auth: 'owner',
    params: market.PackageParams,
    body: market.InstallPackage,
    answer: market.Installed,
  },
  getWords: { method: 'GET', path: '/owner/muted-words', auth: 'owner', answer: feed.MutedWords },
  saveWords: {
    method: 'PUT',
    path: '/owner/muted-words',
    auth: 'owner',
    body: feed.MutedWords,
    answer: feed.MutedWords,
  },
  exceptions: { method: 'GET', path: '/owner/exceptions', auth: 'owner', answer: feed.Exceptions },
  makeException: {
    method: 'POST',
    path: '/owner/exceptions',
    auth: 'owner',
    body: feed.MakeException,
    answer: feed.Exception,
  },
  dropException: { method: 'DELETE', path: '/owner/exceptions/:id', auth: 'owner', params: Id, answer: session.Done },

  ...ALGORITHM_ROUTES,
  ...LABEL_ROUTES,
  ...LEARNING_ROUTES,

  makeAct: { method: 'POST', path: '/owner/acts', auth: 'owner', body: data.MakeAct, answer: data.ActMade },
  /** `id` is `act:record`, for instance `like:123`. */
  undoAct: { method: 'DELETE', path: '/owner/acts/:id', auth: 'owner', params: Id, answer: session.Done },

  beginUpload: { method: 'POST', path: '/owner/uploads', auth: 'owner', body: None, answer: sources.UploadBegun },
  uploadFile: {
    method: 'PUT',
    path: '/owner/uploads/:id/file',
    auth: 'owner',
    params: Id,
    query: sources.UploadQuery,
    body: 'stream',
    answer: sources.Uploaded,
  },
  startImport: {
    method: 'POST',
    path: '/owner/uploads/:id/import',
    auth: 'owner',
    params: Id,
    body: sources.StartImport,
    answer: sources.ImportStarted,
  },
  importPath: {
    method: 'POST',
    path: '/owner/imports',
    auth: 'owner',
    body: sources.ImportPath,
    answer: sources.ImportStarted,
  },
  imports: { method: 'GET', path: '/owner/imports', auth: 'owner', answer: sources.ImportRuns },
  importRun: { method: 'GET', path: '/owner/imports/:id', auth: 'owner', params: Id, answer: sources.ImportRun },
  importProgress: {
    method: 'GET',
    path: '/owner/imports/:id/progress',
    auth: 'owner',
    params: Id,
    answer: 'ndjson',
    line: sources.ImportRun,
  },
  cancelImport: {
    method: 'POST',
    path: '/owner/imports/:id/cancel',
    auth: 'owner',
    params: Id,
    body: None,
    answer: session.Done,
  },
  undoImport: { method: 'DELETE', path: '/owner/imports/:id', auth: 'owner', params: Id, answer: sources.ImportUndone },

  subscriptions: { method: 'GET', path: '/owner/subscriptions', auth: 'owner', answer: sources.Subscriptions },
  addSubscription: {
    method: 'POST',
    path: '/owner/subscriptions',
    auth: 'owner',
    body: sources.AddSubscription,
    answer: sources.Subscription,
  },
  changeSubscription: {
    method: 'PATCH',
    path: '/owner/subscriptions/:id',
    auth: 'owner',
    params: Id,
    body: sources.ChangeSubscription,
    answer: sources.Subscription,
  },
  dropSubscription: {
    method: 'DELETE',
    path: '/owner/subscriptions/:id',
    auth: 'owner',
    params: Id,
    answer: session.Done,
  },
  pollSubscription: {
    method: 'POST',
    path: '/owner/subscriptions/:id/poll',
    auth: 'owner',
    params: Id,
    body: None,
    answer: sources.Polled,
  },

  dataSummary: { method: 'GET', path: '/owner/summary', auth: 'owner', answer: data.DataSummary },
  records: { method: 'GET', path: '/owner/records', auth: 'owner', query: data.RecordQuery, answer: data.RecordPage },
  exportRecords: {
    method: 'GET',
    path: '/owner/records/export',
    auth: 'owner',
    query: data.ExportQuery,
    answer: 'ndjson',
    line: data.ExportedRecord,
  },
  record: { method: 'GET', path: '/owner/records/:id', auth: 'owner', params: Id, answer: data.RecordDetail },
  editRecord: {
    method: 'PATCH',
    path: '/owner/records/:id',
    auth: 'owner',
    params: Id,
    body: data.EditRecord,
    answer: data.RecordDetail,
  },
  deleteRecords: {
    method: 'POST',
    path: '/owner/records/delete',
    auth: 'owner',
    body: data.DeleteRecords,
    answer: data.DeletedRecords,
  },
  undoDelete: {
    method: 'POST',
    path: '/owner/records/undo-delete',
    auth: 'owner',
    body: data.UndoDelete,
    answer: data.Restored,
  },

  ...SERVICE_ROUTES,

  getSettings: { method: 'GET', path: '/owner/settings', auth: 'owner', answer: settings.Settings },
  saveSettings: {
    method: 'PUT',
    path: '/owner/settings',
    auth: 'owner',
    body: settings.Settings,
    answer: settings.Settings,
  },
  system: { method: 'GET', path: '/owner/system', auth: 'owner', answer: settings.System },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;

/** RFC 9457 problem document, as every error is answered. */
export const Problem = z.strictObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
});
export type Problem = z.infer<typeof Problem>;
