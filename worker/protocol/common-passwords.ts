/**
 * Passwords that guessing begins with. Kept as the words they are made of: most of the long lists are these with a
 * number, a year or a sign behind them, letters swapped for digits, or the word twice.
 */
const WORDS = new Set(
  `password passwort passw0rd passphrase contrasena kennwort motdepasse senha parola wachtwoord
  qwerty qwertz azerty qwertyuiop qwertzuiop asdfghjkl asdfgh zxcvbnm zxcvbn yxcvbnm qazwsx qazwsxedc
  letmein welcome willkommen bienvenido bienvenue hello hallo login access master admin administrator root user guest test
  tester testing default changeme secret private system server computer internet security temp temporary manager
  iloveyou loveyou lovely love sweetheart princess prince prinzessin angel babygirl baby daddy mommy mother father family
  monkey dragon tiger lion eagle panther dolphin butterfly unicorn kitten puppy chicken spider
  sunshine summer winter spring autumn flower rainbow ocean starlight moonlight diamond silver golden purple orange yellow
  football baseball basketball soccer hockey softball golfer liverpool arsenal chelsea barcelona realmadrid juventus
  yankees cowboys steelers lakers packers eagles redsox broncos raiders
  superman batman spiderman starwars skywalker pokemon pikachu naruto matrix gandalf hunter ranger killer ninja samurai
  warrior trustno shadow phoenix mustang ferrari porsche corvette mercedes harley camaro
  michael jennifer jessica jordan michelle ashley nicole daniel anthony matthew andrew charlie thomas robert william
  joshua christopher elizabeth samantha alexander alexandra victoria brandon patrick richard jonathan benjamin
  amanda melissa stephanie danielle natalie isabella
  freedom whatever nothing something forever america canada london paris berlin chicago dallas texas california
  florida newyork computer samsung iphone google facebook microsoft apple nintendo playstation
  blink bailey buster cookie chocolate cheese banana pepper ginger peanut coffee
  correcthorsebatterystaple opensesame abc abcd abcdef abcdefg abcdefgh aa aabbcc
  yardboard packagecar packagecars preload preloader delivery parcel warehouse`.split(/\s+/),
);

/** Rows of keyboards and the orders everybody knows, forward and back. */
const RUNS = [
  '01234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
  '1qaz2wsx3edc4rfv5tgb',
  '1q2w3e4r5t6y7u8i9o0p',
].flatMap((run) => [run, [...run].reverse().join('')]);

/** Longer ones have to be looked at by people. */
const COMMON_CHARS_MAX = 24;
const SWAPPED: Record<string, string> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};

/** True for a password that is among the first to be tried. */
export function isCommonPassword(password: string): boolean {
  const text = password.normalize('NFKC').toLowerCase().trim();
  if (text.length > COMMON_CHARS_MAX) return WORDS.has(text);
  return isRepeated(text) || isRun(text) || isWord(text) || isWord(unswapped(text));
}

/** A word, or one with digits and signs before and behind it, once or twice: `letmein1`, `!Tiger2024`. */
function isWord(text: string): boolean {
  const letters = bareOf(text);
  const half = letters.slice(0, letters.length / 2);
  // A 1 stands for either of two letters.
  return [text, letters, unswapped(letters), unswapped(letters.replaceAll('1', 'i')), half].some(
    (word) => WORDS.has(word) && (word !== half || word + word === letters),
  );
}

/** From the first letter to the last. */
function bareOf(text: string): string {
  const isLetter = (char: string): boolean => char >= 'a' && char <= 'z';
  const chars = [...text];
  const from = chars.findIndex(isLetter);
  return from < 0 ? '' : chars.slice(from, chars.findLastIndex(isLetter) + 1).join('');
}

/** A few letters or digits again and again: `aaaaaaaa`, `12121212`, `abcabcabc`. */
function isRepeated(text: string): boolean {
  if (!/^[a-z0-9]+$/.test(text)) return false;
  return [1, 2, 3, 4].some((size) => {
    const part = text.slice(0, size);
    return part.repeat(Math.ceil(text.length / size)).slice(0, text.length) === text;
  });
}

/** Keys that lie side by side, or one such run after the other: `12345678`, `qwer1234`. */
function isRun(text: string): boolean {
  let at = 0;
  while (at < text.length) {
    const length = longestRun(text, at);
    if (length < RUN_CHARS_MIN) return false;
    at += length;
  }
  return true;
}

const RUN_CHARS_MIN = 3;

function longestRun(text: string, at: number): number {
  let length = 0;
  for (const run of RUNS) {
    let here = 0;
    while (at + here < text.length && run.includes(text.slice(at, at + here + 1))) here++;
    length = Math.max(length, here);
  }
  return length;
}

function unswapped(text: string): string {
  return [...text].map((char) => SWAPPED[char] ?? char).join('');
}
