import type { Person, Topic } from './people.ts';
import type { Random } from './random.ts';

/** Openings, middles and ends that make a post; `{x}` is a thing of the topic. Written for this town. */
const OPENINGS: Record<Person['language'], readonly string[]> = {
  en: [
    'This morning',
    'After a long week',
    'Nobody told me that',
    'Small joy:',
    'Update:',
    'I keep thinking that',
    'Good news,',
    'Question for the neighbours:',
    'For the third year in a row',
    'Honestly,',
  ],
  de: ['Heute früh', 'Kleine Freude:', 'Gute Nachricht,', 'Nach einer langen Woche'],
  ja: ['今朝、', 'うれしいことに、', '知らなかったけれど、', '今日は'],
  th: ['เช้านี้', 'ข่าวดี', 'วันนี้', 'ดีใจมากที่'],
  es: ['Esta mañana', 'Buenas noticias:', 'Por fin', 'Una alegría pequeña:'],
};

const MIDDLES: Record<Topic, Record<Person['language'], readonly string[]>> = {
  garden: {
    en: [
      'the tomatoes by the south wall are finally red',
      'the hedgehog is back under the compost',
      'frost took half the dahlias',
    ],
    de: ['sind die Tomaten endlich rot', 'ist der Igel zurück im Garten'],
    ja: ['庭のトマトが赤くなりました', '庭に猫が来ました'],
    th: ['มะเขือเทศในสวนสุกแล้ว', 'ดอกไม้ในสวนบานแล้ว'],
    es: ['los tomates del huerto ya están rojos'],
  },
  bakery: {
    en: [
      'the sourdough rose over the edge of the tin',
      'the bakery on Mill Lane sells rye again',
      'cinnamon buns at eight, gone by nine',
    ],
    de: ['gibt es beim Bäcker wieder Roggenbrot'],
    ja: ['新しいパン屋さんが開店しました', 'パンが上手に焼けました'],
    th: ['ร้านขนมปังเปิดใหม่แล้ว'],
    es: ['la panadería vuelve a tener pan de centeno'],
  },
  football: {
    en: [
      'we drew again, two all, in the rain',
      'the under-twelves won away from home',
      'the referee lost his whistle at half time',
    ],
    de: ['hat die Jugend auswärts gewonnen'],
    ja: ['サッカーの試合で勝ちました'],
    th: ['ทีมฟุตบอลของเราชนะ'],
    es: ['ganamos dos a uno bajo la lluvia'],
  },
  choir: {
    en: [
      'the altos outnumber the sopranos now',
      'we rehearse the winter programme in the old hall',
      'someone left a very good umbrella at rehearsal',
    ],
    de: ['probt der Chor wieder im alten Saal'],
    ja: ['合唱団の練習がありました'],
    th: ['คณะประสานเสียงซ้อมเพลงใหม่'],
    es: ['el coro ensaya otra vez en la sala vieja'],
  },
  council: {
    en: [
      'the council votes on the bus line on Tuesday',
      'the minutes of the meeting are forty pages and say nothing',
      'the footbridge is closed until further notice',
    ],
    de: ['stimmt der Rat über die Buslinie ab'],
    ja: ['町議会で新しいバスの話が出ました'],
    th: ['สภาเมืองลงมติเรื่องรถเมล์'],
    es: ['el ayuntamiento vota la línea de autobús'],
  },
  library: {
    en: [
      'the library lends telescopes now',
      'three people are waiting for the same novel',
      'the reading room is open on Sundays',
    ],
    de: ['verleiht die Bücherei jetzt Teleskope'],
    ja: ['図書館で望遠鏡を借りました'],
    th: ['ห้องสมุดเปิดวันอาทิตย์แล้ว'],
    es: ['la biblioteca presta telescopios'],
  },
  weather: {
    en: [
      'the fog stayed on the lake until noon',
      'hail the size of peas, and then sun',
      'the swallows left a week early',
    ],
    de: ['lag der Nebel bis mittags auf dem See'],
    ja: ['湖に霧が出ました'],
    th: ['หมอกลงเหนือทะเลสาบ'],
    es: ['la niebla se quedó en el lago hasta el mediodía'],
  },
  cycling: {
    en: [
      'the path along the river is open again',
      'two punctures in one week, same nail',
      'forty kilometres before breakfast',
    ],
    de: ['ist der Radweg am Fluss wieder offen'],
    ja: ['川沿いの自転車道が開通しました'],
    th: ['ทางจักรยานริมแม่น้ำเปิดแล้ว'],
    es: ['el carril bici del río está abierto'],
  },
  cinema: {
    en: [
      'the little cinema shows silent films with a live pianist',
      'popcorn machine broken, spirits high',
      'we were four people in the late show',
    ],
    de: ['zeigt das kleine Kino Stummfilme'],
    ja: ['小さな映画館で古い映画を見ました'],
    th: ['โรงหนังเล็กฉายหนังเงียบ'],
    es: ['el cine pequeño pone películas mudas'],
  },
  school: {
    en: [
      'the science fair had eleven volcanoes',
      'the school garden needs helpers on Saturday',
      'lost: one blue mitten, much loved',
    ],
    de: ['sucht der Schulgarten Hilfe am Samstag'],
    ja: ['学校の文化祭がありました'],
    th: ['โรงเรียนจัดงานวิทยาศาสตร์'],
    es: ['la feria de ciencias tuvo once volcanes'],
  },
  market: {
    en: [
      'the cheese stall moved next to the fountain',
      'first strawberries, far too expensive, bought two boxes',
      'the market starts at seven now',
    ],
    de: ['gibt es auf dem Markt die ersten Erdbeeren'],
    ja: ['市場でいちごを買いました'],
    th: ['ตลาดเปิดตอนเจ็ดโมงแล้ว'],
    es: ['las primeras fresas del mercado'],
  },
  lake: {
    en: [
      'the water was nineteen degrees and I stayed in too long',
      'someone taught the ducks to queue',
      'the ferry runs on the summer timetable',
    ],
    de: ['war das Wasser neunzehn Grad warm'],
    ja: ['湖で泳ぎました'],
    th: ['น้ำในทะเลสาบอุ่นขึ้นแล้ว'],
    es: ['el agua del lago estaba a diecinueve grados'],
  },
};

const ENDS: Record<Person['language'], readonly string[]> = {
  en: [
    '.',
    ' and I could not be happier.',
    '. Who is coming?',
    '. Pictures later.',
    ', which nobody expected.',
    '. Again.',
    '. Thank you all.',
    '. More at eleven.',
  ],
  de: ['.', ', wer hätte das gedacht.', '. Kommt ihr?'],
  ja: ['。', '。とても楽しかったです。', '。'],
  th: [' มาก', ' ครับ', ''],
  es: ['.', ' y no puedo estar más contenta.', '. ¿Quién viene?'],
};

const REPLIES: readonly string[] = [
  'Count me in.',
  'I saw that too, from the bridge.',
  'No! Really?',
  'That made my day.',
  'I am not so sure about that, to be honest.',
  'Bring a jacket.',
  'Where exactly?',
  'Same here, every year.',
  'You should write this down for the library wall.',
  'Can I borrow it when you are done?',
];

/** One post's text in the person's language, about one of their topics. */
export function phrase(random: Random, person: Person, topic: Topic): string {
  const opening = random.pick(OPENINGS[person.language]);
  const middle = random.pick(MIDDLES[topic][person.language]);
  const end = random.pick(ENDS[person.language]);
  const space = person.language === 'ja' || person.language === 'th' ? '' : ' ';
  return `${opening}${space}${middle}${end}`;
}

export function replyPhrase(random: Random): string {
  return random.pick(REPLIES);
}
