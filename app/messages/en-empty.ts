/** What the app says, in English, where no car is to be seen. */
export const enEmpty = {
  'board.empty': 'No cars on the board yet',
  'board.emptyHint': 'Load the roster from a spreadsheet, or add the cars one by one.',
  'board.emptyViewer': 'A shift lead puts them here.',
  'board.noMatch': 'No car fits this filter',
  'board.clearFilter': 'Show all cars',
  'board.waiting': 'Fetching the board for the first time',
  'board.waitingOffline': 'This device has not seen the board yet. It needs the network once.',
  'board.import': 'Import a roster',
  'board.add': 'Add car',
} as const;
