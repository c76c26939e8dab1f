/** What the app says, in English, of one's sites and their settings. */
export const enSites = {
  'sites.new': 'New site',
  'sites.here': 'open here',
  'sites.counts': '{expected} expected, {late} late, {arrived} arrived, {empty} empty',
  'sites.asOf': 'as of {time}',
  'sites.noCounts': 'no numbers yet',
  'sites.noOverview': 'The numbers could not be fetched. {why}',
  'sites.more': {
    one: 'There are no numbers for 1 more site.',
    other: 'There are no numbers for {count} more sites.',
  },

  'newSite.title': 'New site',
  'newSite.lead': 'You will be its administrator. Nobody else belongs to it until you add them.',

  'site.title': 'Site settings',
  'site.name': 'Name',
  'site.locationsHint': 'In the order of the board. A location can go once no car stands there.',
  'site.cars': { one: '1 car', other: '{count} cars' },
  'site.up': 'Move {name} up',
  'site.down': 'Move {name} down',
  'site.remove': 'Take {name} away',
  'site.place': '{name} is {place} of {count}',
  'site.taken': '{name} is taken away when you save',
  'site.add': 'Another location',
  'site.addDo': 'Add',
  'site.full': 'A site has {count} locations at most.',
  'site.tooLong': 'This is longer than {count} characters.',
  'site.save': 'Save',
  'site.saving': 'Saving',
  'site.saved': 'Saved. Every board of the site has it now.',
  'site.unsaved': 'Not saved yet',
  'site.inUse':
    'A car has come to {name} meanwhile, so nothing was saved. Move it first, or keep the location.',
  'site.theirs':
    'Somebody else has changed the settings meanwhile. If you save, what you changed here stands.',
  'site.takeTheirs': 'Show theirs',
  'site.forbidden': 'Only an administrator of the site changes its settings.',
} as const;
