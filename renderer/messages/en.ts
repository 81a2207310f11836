import { activity } from './en/activity.ts';
import { algorithms } from './en/algorithms.ts';
import { app } from './en/app.ts';
import { choosing } from './en/choosing.ts';
import { data } from './en/data.ts';
import { feed } from './en/feed.ts';
import { labels } from './en/labels.ts';
import { learning } from './en/learning.ts';
import { market } from './en/market.ts';
import { prompt } from './en/prompt.ts';
import { services } from './en/services.ts';
import { settings } from './en/settings.ts';
import { sources } from './en/sources.ts';

/** Every text of the screens in English: plain words, `{name}` places, plural forms by `{count}`. */
export const en = {
  ...app,
  ...feed,
  ...data,
  ...sources,
  ...algorithms,
  ...labels,
  ...learning,
  ...market,
  ...choosing,
  ...services,
  ...prompt,
  ...activity,
  ...settings,
} as const;
