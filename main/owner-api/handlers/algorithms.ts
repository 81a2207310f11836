import type { Market } from '../../market/index.ts';
import type { Handlers } from '../call.ts';

/** What the routes use of the market. */
export type MarketRoom = Omit<Market, 'installShipped' | 'recordFailure'>;

type AlgorithmRoutes =
  | 'algorithms'
  | 'algorithmSource'
  | 'resumeAlgorithm'
  | 'removeAlgorithm'
  | 'overrideAlgorithm'
  | 'repositories'
  | 'lookAtRepository'
  | 'addRepository'
  | 'lookAtFolder'
  | 'addFolder'
  | 'refreshRepository'
  | 'removeRepository'
  | 'catalogue'
  | 'packagePage'
  | 'installPackage';

/** One address in one form: with or without a slash at its end it is the same repository. */
function addressOf(address: string): { kind: 'address'; place: string } {
  return { kind: 'address', place: address.trim().replace(/\/+$/, '') };
}

/** The algorithms that can be put into a mix, and the repositories they come from. */
export function algorithmHandlers(market: () => MarketRoom): Pick<Handlers, AlgorithmRoutes> {
  return {
    algorithms: async () => ({ items: await market().cards() }),
    algorithmSource: async ({ params }) => market().source(params.id),
    resumeAlgorithm: async ({ params }) => {
      await market().resume(params.id);
      return { done: true };
    },
    removeAlgorithm: async ({ params }) => {
      await market().remove(params.id);
      return { done: true };
    },
    overrideAlgorithm: async ({ params, body }) => {
      await market().override(params.id, body.run);
      return { done: true };
    },
    repositories: async () => ({ items: await market().repositories() }),
    lookAtRepository: async ({ body }) => market().lookAtRepository(addressOf(body.address)),
    addRepository: async ({ body }) => market().addRepository(addressOf(body.address), body.name, body.fingerprint),
    lookAtFolder: async ({ body }) => market().lookAtRepository({ kind: 'folder', place: body.path }),
    addFolder: async ({ body }) =>
      market().addRepository({ kind: 'folder', place: body.path }, body.name, body.fingerprint),
    refreshRepository: async ({ params }) => market().refreshRepository(params.id),
    removeRepository: async ({ params }) => {
      await market().removeRepository(params.id);
      return { done: true };
    },
    catalogue: async ({ query }) => market().catalogue(query),
    packagePage: async ({ params, query }) => market().packagePage(params.repository, params.id, query.version),
    installPackage: async ({ params, body }) => {
      const { manifest } = await market().installFrom(params.repository, params.id, body);
      return { id: manifest.id, version: manifest.version };
    },
  };
}
