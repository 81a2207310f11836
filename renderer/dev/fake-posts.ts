import type { AuthorView, PostView, RecordRow } from '../../protocol/owner/data.ts';

/** mulberry32: the same posts on every start. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const NAMES = [
  'Ada Brook',
  'Benedikt Maurer',
  'Chiara Lunghi',
  '田中 花子',
  'Dana Whitfield',
  'Emil Sørensen',
  'فاطمة الزهراء',
  'Gideon Park',
  'Hélène Duval',
  'Ivo Kovač',
  'Johanna Lindqvist',
  'สมชาย ใจดี',
  'Kofi Mensah',
  'Lucía Ortega',
  'Mo',
  'Nadia Petrova',
];
const TEXTS: readonly { lang: string; text: string }[] = [
  {
    lang: 'en',
    text: 'The ferry was late again, so I counted gulls. Forty-one, and one that may have been a very confident pigeon.',
  },
  { lang: 'en', text: 'Bread update: the rye starter survived the holiday. It has opinions now.' },
  {
    lang: 'de',
    text: 'Heute den alten Webstuhl repariert. Drei Stunden für eine Schraube, aber er läuft wieder wie ein Uhrwerk.',
  },
  {
    lang: 'ja',
    text: '駅前の古本屋が今月で閉店するそうです。最後に一冊だけ、と思って行ったら六冊買ってしまいました。',
  },
  { lang: 'ar', text: 'السوق القديم يفتح أبوابه من جديد يوم الجمعة، والمدخل من جهة البحر هذه المرة.' },
  {
    lang: 'fr',
    text: 'Le marché de nuit revient samedi. Je cherche encore quelqu’un pour tenir le stand des confitures.',
  },
  { lang: 'th', text: 'ฝนตกทั้งวันเลย แต่ตลาดน้ำก็ยังคนเยอะเหมือนเดิม' },
  {
    lang: 'en',
    text: 'A long one about maps. Every map of this town leaves out the canal path, and I think I finally know why. The survey of 1931 was made in a flood year: the path was under water, so it was not there to be measured, and every map since was copied from that one. I walked it this morning with a receiver and a notebook. It is 4.2 kilometres, it has eleven bridges, two of which nobody remembers building, and a bench with a brass plate that says only “here”. I have written to the council. They wrote back that the path does not exist on their map. I have written to them again, from the bench. If you know anything about the plate, or about who keeps oiling the gate at the mill end, please tell me: I would like to thank them before the winter closes it off again. The photographs will follow when the film is developed.',
  },
  {
    lang: 'es',
    text: '¿Alguien tiene el contacto del taller de bicicletas de la plaza? La mía hace un ruido que no quiero describir.',
  },
];

export function makeAuthors(): AuthorView[] {
  return NAMES.map((name, n) => ({
    uri: `https://town.example/users/${n}`,
    name,
    handle: `@person${n}@town.example`,
    avatar: `https://town.example/avatars/${n}.png`,
    iFollow: n % 3 !== 0,
  }));
}

function pick<T>(list: readonly T[], random: () => number): T {
  const item = list[Math.floor(random() * list.length)];
  if (item === undefined) throw new RangeError('empty list');
  return item;
}

/** `count` posts, newest first, with everything a post can have somewhere among them. */
export function makePosts(count: number, now: number): PostView[] {
  const random = seeded(7);
  const authors = makeAuthors();
  const posts: PostView[] = [];
  for (let n = 0; n < count; n++) {
    const author = pick(authors, random);
    const { lang, text } = pick(TEXTS, random);
    const published = now - Math.floor((n / count) * 60 * 86_400_000) - Math.floor(random() * 60_000);
    const kind = random();
    const other = posts[Math.max(0, n - 1 - Math.floor(random() * 40))];
    const ref =
      other === undefined ? null : { uri: other.uri ?? '', id: other.id, author: other.author, text: other.text };
    const media = kind > 0.82 && kind < 0.94;
    posts.push({
      id: String(Math.floor(published / 1000) * 2 ** 20 + (n % 1000)),
      uri: `https://town.example/posts/${n}`,
      url: `https://town.example/@person/${n}`,
      author,
      source: 'https://town.example/users/me',
      published,
      timeEstimated: random() > 0.97,
      title: kind < 0.05 ? 'A walk along the canal' : null,
      html:
        kind > 0.95
          ? ''
          : `<p>${text}</p>${random() > 0.7 ? '<p>More at <a href="https://town.example/notes">town.example/notes</a> <a href="https://town.example/tags/canal">#canal</a></p>' : ''}`,
      text: kind > 0.95 ? '' : text,
      warning: kind > 0.1 && kind < 0.14 ? 'Spoilers for the harvest play' : null,
      language: lang,
      sensitive: media && random() > 0.6,
      visibility: kind > 0.2 && kind < 0.23 ? 'followers' : 'public',
      mine: false,
      replies: random() > 0.1 ? Math.floor(random() ** 4 * 40) : null,
      boosts: random() > 0.1 ? Math.floor(random() ** 5 * 90) : null,
      likes: random() > 0.1 ? Math.floor(random() ** 4 * 1800) : null,
      media: media
        ? Array.from({ length: random() > 0.7 ? 2 : 1 }, (_, m) => ({
            kind: m === 0 && random() > 0.85 ? ('video' as const) : ('image' as const),
            url: `https://media.example/${n}-${m}.jpg`,
            mediaType: 'image/jpeg',
            alt: random() > 0.3 ? 'A heron standing on the third bridge, seen from the mill' : null,
            local: null,
          }))
        : [],
      cards:
        kind > 0.3 && kind < 0.36
          ? [
              {
                url: 'https://paper.example/floods',
                host: 'paper.example',
                title: 'The flood year that hid a path',
                description: 'What a survey of 1931 left out, and who noticed.',
              },
            ]
          : [],
      tags: [],
      inReplyTo: kind > 0.4 && kind < 0.52 ? ref : null,
      boostOf: kind > 0.95 ? ref : null,
      quoteOf: kind > 0.6 && kind < 0.64 ? ref : null,
      acts: [],
    });
  }
  return posts.sort((a, b) => (b.published ?? 0) - (a.published ?? 0));
}

/** A post as My data lists it. */
export function rowOf(post: PostView): RecordRow {
  return {
    id: post.id,
    datatype: 'social.post',
    uri: post.uri,
    source: post.source,
    published: post.published,
    author: post.author,
    summary: post.text === '' ? 'Boost' : post.text,
    edited: false,
    mine: post.mine,
  };
}
