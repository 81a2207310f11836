import { z } from 'zod';

// Comes before every schema: under our Content-Security-Policy zod must not try to compile code.
z.config({ jitless: true });
