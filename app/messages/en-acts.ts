/** What the app says, in English, of what somebody has done: it comes with whatever does it. */
export const enActs = {
  'did.car': '{car} {what}',
  'did.arrived': 'arrived',
  'did.expected': 'set to expected',
  'did.late': 'late',
  'did.notLate': 'not late',
  'did.empty': 'empty',
  'did.notEmpty': 'not empty',
  'did.moved': 'moved to {location}',
  'did.notes': 'notes changed',
  'did.noted': 'note added',
  'did.added': 'added',
  'did.removed': 'removed',
  'did.restored': 'restored',
  'did.imported': { one: '1 car imported', other: '{count} cars imported' },
  'did.undone': 'a change taken back',
  'did.settled': 'a decision',
  'did.tookBack': 'Taken back: {what}',

  'failed.store':
    'This could not be saved on this device, so it was not done. Free some space and try again.',
} as const;
