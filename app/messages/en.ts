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

  'update.do': 'Update',
} as const;
