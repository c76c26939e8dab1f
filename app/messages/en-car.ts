/** What the app says, in English, about one car that is open. */
export const enCar = {
  'car.label': 'Car {car}',
  'car.by': '{when}, {name}',
  'car.unchanged': 'Not touched yet',
  'car.actions': 'Actions',
  'car.arrivedAt': 'since {time}',
  'car.notes': 'Notes',
  'car.history': 'History',
  'car.remove': 'Remove',
  'car.restore': 'Restore',
  'car.removedText': 'This car was removed from the board.',
  'car.unknown': 'There is no car {car} on this board.',
  'car.done': 'Done',
  'car.viewer': 'You can look at this board, not change it.',

  'do.arrived': 'Arrived',
  'do.late': 'Late',
  'do.empty': 'Empty',
  'do.move': 'Move',
  'do.note': 'Note',
  'do.expected': 'Set Expected',
  'do.notLate': 'Set Not late',
  'do.notEmpty': 'Set Not empty',
  'do.keep': 'Keep {state}',

  'move.title': 'Move {car} to',
  'move.here': 'here now',

  'note.title': 'Note on {car}',
  'note.left': { one: '1 character left', other: '{count} characters left' },
  'note.add': 'Add note',
} as const;
