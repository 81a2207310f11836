import { createContext } from 'svelte';
import type { Client } from '../api/client.ts';
import type { FeedState } from '../feed/feed-state.svelte.ts';
import type { MixState } from '../mixer/mix-state.svelte.ts';
import type { ImportsState } from '../sources/imports.svelte.ts';
import type { Preferences } from './preferences.svelte.ts';
import type { Router } from './route.svelte.ts';
import type { Session } from './session.svelte.ts';
import type { Toasts } from './toasts.svelte.ts';
import type { Waiting } from './waiting.svelte.ts';

/** What screens take from the frame around them, one context each. */
export const [useClient, provideClient] = createContext<Client>();
export const [useSession, provideSession] = createContext<Session>();
export const [usePreferences, providePreferences] = createContext<Preferences>();
export const [useRouter, provideRouter] = createContext<Router>();
export const [useToasts, provideToasts] = createContext<Toasts>();
export const [useFeed, provideFeed] = createContext<FeedState>();
export const [useMix, provideMix] = createContext<MixState>();
export const [useImports, provideImports] = createContext<ImportsState>();
export const [useWaiting, provideWaiting] = createContext<Waiting>();
