/** What the app says, in English, about saved views and what is kept of a person. */
export const enViews = {
  'views.title': 'Saved views',
  'views.none':
    'Search, filter and arrange the board, then save it here under a name: one tap brings it back.',
  'views.follow': 'They follow you to every device you sign in on.',
  'views.name': 'Save what the board shows now as',
  'views.save': 'Save',
  'views.noName': 'Give it a name.',
  'views.full': 'There is no room for another one. Delete one first.',
  'views.everything': 'All cars',
  'views.containing': '“{text}”',
  'views.rename': 'Rename',
  'views.renameOf': 'Rename {name}',
  'views.newName': 'New name of {name}',
  'views.delete': 'Delete',
  'views.deleteOf': 'Delete {name}',
  'views.deleted': '{name} deleted',
  'views.undo': 'Undo',
  'views.cancel': 'Cancel',
  'views.label': 'Your views',

  'data.title': 'Your data',
  'data.hint':
    'Your appearance, keys and saved views follow you to every device you sign in on. Nobody else sees them. What concerns this device alone stays on it.',
  'data.kept': { one: '1 thing is kept for you.', other: '{count} things are kept for you.' },
  'data.waits': {
    one: '1 of them is on this device only, until there is a connection.',
    other: '{count} of them are on this device only, until there is a connection.',
  },
  'data.export': 'Download as JSON',
} as const;
