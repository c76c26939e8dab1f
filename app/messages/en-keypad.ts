/** What the keypad says, in English, and the same search by a keyboard or scanner. A desktop needs it after the board. */
export const enKeypad = {
  'keypad.label': 'Keypad',
  'keypad.typed': 'Typed: {text}',
  'keypad.hint': 'Last digits of the car',
  'keypad.back': 'Delete last',
  'keypad.letters': 'Letters',
  'keypad.digits': 'Digits',
  'keypad.lettersShort': 'ABC',
  'keypad.digitsShort': '123',
  'keypad.matches': { one: '1 car', other: '{count} cars' },
  'keypad.none': 'No car has {text} in its number',
  'keypad.more': { one: '1 more: type another digit', other: '{count} more: type another digit' },
  'keypad.add': 'Add {car}',
  'keypad.site': { one: '1 car on the board', other: '{count} cars on the board' },
} as const;
