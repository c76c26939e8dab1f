/**
 * What the app says, in English, wherever one is. `{count}` chooses between one and other. The door's part is in
 * `en-door.ts`, the board's in `en-board.ts`, the rest in `en-later.ts`.
 */
export const en = {
  'app.name': 'Yardboard',
  'app.loading': 'Loading',
  'app.close': 'Close',
  'app.back': 'Back',
  'app.failed': 'This part of the app could not be loaded. Check the connection and try again.',
  'app.retry': 'Try again',

  'list.comma': ', ',
  'list.semicolon': '; ',

  'failed.newer': 'This version of the app is out of date',
  'failed.newerHint':
    'A newer version has been used on this device, and what it saved is safe. Update to go on with it.',
  'update.do': 'Update',

  'failed.open': 'The board could not be opened',
  'failed.openHint':
    'This browser does not let the app store anything, so nothing could be kept. Leave the private window, free some space, or close other tabs of the board.',
} as const;
