/**
 * Characters that have no business in a text people read on a board: controls other than tab and line
 * break, and the format marks that reorder or hide what follows. Joiners stay, emoji and scripts need them.
 */
const UNFIT = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}]/u;
const BREAK = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** True for a text of many lines that is safe to store and show. */
export function isCleanText(text: string): boolean {
  return text.isWellFormed() && !UNFIT.test(text);
}

/** True for a text of one line (a name, a location) that is safe to store and show. */
export function isCleanLine(text: string): boolean {
  return isCleanText(text) && !BREAK.test(text) && text === text.trim() && text !== '';
}

/** The length of a text in bytes of UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    const paired = unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1));
    // A surrogate pair is two units and four bytes; any other unit from 0x800 is one unit and three.
    if (paired) i++;
    bytes += unit < 0x800 ? 1 : 2;
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

const SHOWN_CHARS_MAX = 40;

/** A value at fault, for showing: short, on one line, and without characters that are not seen. */
export function cutShort(text: string): string {
  const trimmed = text.trim();
  const shown = trimmed.slice(0, SHOWN_CHARS_MAX).replaceAll(/\p{C}/gu, '\ufffd');
  return trimmed.length > SHOWN_CHARS_MAX ? `${shown}…` : shown;
}
