// @vitest-environment jsdom
import { describe, expect, test } from 'vitest';
import { keyAct, KEYS, type KeyPress } from './keys.ts';

function press(key: string, changes: Partial<KeyPress> = {}): KeyPress {
  return {
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    defaultPrevented: false,
    target: document.body,
    ...changes,
  };
}

function inside(html: string, selector: string): Element {
  document.body.innerHTML = html;
  return document.querySelector(selector)!;
}

describe('keys of the feed', () => {
  test('each has one meaning', () => {
    expect(new Set(KEYS.map(({ key }) => key)).size).toBe(KEYS.length);
    for (const { key, act } of KEYS) expect(keyAct(press(key))).toBe(act);
    expect(keyAct(press('q'))).toBeNull();
  });

  test('combinations belong to the browser', () => {
    for (const name of ['ctrlKey', 'metaKey', 'altKey', 'defaultPrevented'] as const)
      expect(keyAct(press('l', { [name]: true }))).toBeNull();
  });

  test.each([
    ['<input type="search">', 'input'],
    ['<textarea></textarea>', 'textarea'],
    ['<select><option>a</option></select>', 'select'],
    ['<dialog open><button>x</button></dialog>', 'button'],
    ['<div role="menu"><div role="menuitem">x</div></div>', '[role=menuitem]'],
  ])('letters typed into %s stay there', (html, selector) => {
    expect(keyAct(press('l', { target: inside(html, selector) }))).toBeNull();
  });

  test('sliders and buttons do not take letters', () => {
    expect(keyAct(press('j', { target: inside('<input type="range">', 'input') }))).toBe('next');
    expect(keyAct(press('j', { target: inside('<button>x</button>', 'button') }))).toBe('next');
  });
});
