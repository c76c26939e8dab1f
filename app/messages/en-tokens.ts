/** What the app says, in English, of tokens for scripts and gates. */
export const enTokens = {
  'tokens.title': 'Tokens',
  'tokens.lead':
    'A token lets a gate or a script use this board. What it does stands in the history under its name.',
  'tokens.none': 'There is no token yet.',
  'tokens.loading': 'Asking for the tokens',
  'tokens.failed': 'The tokens could not be fetched. {why}',
  'tokens.noNetwork': 'There is no connection.',
  'tokens.list': 'Tokens of this site',

  'tokens.new': 'Make a token',
  'tokens.name': 'Name',
  'tokens.nameHint': 'What or where it is: North gate. It is the name in the history.',
  'tokens.nameMissing': 'Fill this in.',
  'tokens.nameTaken': 'Somebody here has that name already.',
  'tokens.role': 'It may do as much as a',
  'tokens.role.viewer': 'guest who looks on',
  'tokens.days': 'It is good for',
  'tokens.dayCount': { one: '1 day', other: '{count} days' },
  'tokens.do': 'Make the token',
  'tokens.doing': 'Making the token',
  'tokens.cancel': 'Cancel',
  'tokens.notMade': 'It could not be made. {why}',

  'tokens.made': '{name} has a token',
  'tokens.once':
    'It is shown this once. Keep it where only the script reads it: whoever has it can do what it may.',
  'tokens.secret': 'Token of {name}',
  'tokens.copy': 'Copy',
  'tokens.copied': 'Copied',
  'tokens.notCopied': 'This browser does not copy by itself. The token is selected: copy it by hand.',
  'tokens.kept': 'I have kept it',

  'tokens.by': 'made by {name}, {time}',
  'tokens.byGone': 'made by {name}, who is here no more, {time}',
  'tokens.used': 'Last used {time}',
  'tokens.unused': 'Not used yet',
  'tokens.until': 'Good until {time}',
  'tokens.expired': 'Expired {time}',
  'tokens.end': 'End',
  'tokens.endNamed': 'End {name}',
  'tokens.hold': 'Hold to end {name}',
  'tokens.holdHint':
    'Whatever uses it stops at once, and cannot come back with it. Hold for a moment, or press Enter.',
  'tokens.keep': 'Keep it',
  'tokens.ended': '{name} has been ended',
  'tokens.notEnded': 'It could not be ended. {why}',
} as const;
