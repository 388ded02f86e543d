import { describe, expect, it } from 'vitest'
import { graphemes, wrapBalanced, wrapText } from './text-layout.ts'

/** A type in which every character is one wide. */
const measure = (text: string): number => graphemes(text).length

function wrap(text: string, width: number, maxLines = 9): readonly string[] {
  return wrapText(text, width, maxLines, measure).lines
}

describe('wrapText', () => {
  it('breaks between words', () => {
    expect(wrap('the quick brown fox jumps', 10)).toEqual(['the quick', 'brown fox', 'jumps'])
  })

  it('keeps the author’s own lines, also empty ones', () => {
    expect(wrap('one\r\n\ntwo', 10)).toEqual(['one', '', 'two'])
  })

  it('breaks Chinese between any two characters, and words within it as words', () => {
    expect(wrap('一辆红色的汽车在沙漠里', 5)).toEqual(['一辆红色的', '汽车在沙漠', '里'])
    expect(wrap('打开Shotwright工作室', 10)).toEqual(['打开', 'Shotwright', '工作室'])
  })

  it('starts no line with closing punctuation and ends none with an opening one', () => {
    expect(wrap('红色的汽车，沙漠', 5)).toEqual(['红色的汽', '车，沙漠'])
    expect(wrap('他说：「你好」', 4)).toEqual(['他说：', '「你好」'])
    for (const line of wrap('这是（一个）很长的，句子。它有《很多》标点！', 4)) expect(line).not.toMatch(/^[，。）》！]|[（《]$/u)
  })

  it('breaks words that are longer than a line, never inside a character', () => {
    expect(wrap('Donaudampfschifffahrt', 8)).toEqual(['Donaudam', 'pfschiff', 'fahrt'])
    expect(wrap('👩‍🚀👩‍🚀👩‍🚀', 2)).toEqual(['👩‍🚀👩‍🚀', '👩‍🚀'])
    expect(wrap('e\u0301'.repeat(3), 2)).toEqual(['e\u0301e\u0301', 'e\u0301'])
  })

  it('cuts with an ellipsis inside the width', () => {
    expect(wrapText('one two three four five six', 9, 2, measure)).toEqual({ lines: ['one two', 'three…'], isCut: true })
    expect(wrapText('a'.repeat(100), 5, 2, measure)).toEqual({ lines: ['aaaaa', 'aaaa…'], isCut: true })
    expect(wrapText('一'.repeat(20), 5, 2, measure).lines).toEqual(['一一一一一', '一一一一…'])
  })

  it('never exceeds width or lines, whatever the text', () => {
    const texts = ['', '   ', '\n\n\n\n', 'a b c', '👩‍🚀'.repeat(50), '（（（（（（（（（（', '，，，，，，，，，，，，', 'x'.repeat(5_000), '字'.repeat(5_000), 'word '.repeat(1_000)]
    for (const text of texts) {
      const { lines } = wrapText(text, 7, 3, measure)
      expect(lines.length).toBeLessThanOrEqual(3)
      for (const line of lines) expect(measure(line), JSON.stringify(line)).toBeLessThanOrEqual(7)
    }
  })

  it('puts at least one character on a line that is too narrow for any', () => {
    expect(wrap('abc', 0)).toEqual(['a', 'b', 'c'])
  })
})

describe('wrapBalanced', () => {
  it('evens the lines out without adding one', () => {
    expect(wrapText('somebody is up very early today', 26, 3, measure).lines).toEqual(['somebody is up very early', 'today'])
    expect(wrapBalanced('somebody is up very early today', 26, 3, measure).lines).toEqual(['somebody is up', 'very early today'])
    expect(wrapBalanced('一二三四五六七八九十一二', 10, 3, measure).lines).toEqual(['一二三四五六', '七八九十一二'])
  })

  it('breaks no word for it', () => {
    expect(wrapBalanced('a extraordinarily b', 17, 3, measure).lines.join(' ')).toBe('a extraordinarily b')
  })
})
