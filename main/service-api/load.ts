import type { ServiceApi, ServiceApiOptions } from './service-api.ts';

/** Puts OAuth and data routes together over the rooms that decide; their code is loaded when they are first needed. */
export async function createServiceApi(options: ServiceApiOptions): Promise<ServiceApi> {
  const { startServiceApi } = await import('./service-api.ts');
  return startServiceApi(options);
}
