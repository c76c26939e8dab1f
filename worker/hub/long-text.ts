/** A row holds 2 MB in production, which nothing enforces locally. A UTF-16 unit takes three bytes at the most. */
const PART_CHARS = 500_000;

/** A text in parts that fit a row each; nearly always one. No part ends within a character. */
export function partsOf(text: string): [first: string, ...rest: string[]] {
  const parts: [string, ...string[]] = [text.slice(0, endOf(text, 0))];
  for (let at = parts[0].length; at < text.length; ) {
    const end = endOf(text, at);
    parts.push(text.slice(at, end));
    at = end;
  }
  return parts;
}

function endOf(text: string, start: number): number {
  const end = start + PART_CHARS;
  if (end >= text.length) return text.length;
  const unit = text.charCodeAt(end - 1);
  return unit >= 0xd800 && unit < 0xdc00 ? end - 1 : end;
}
