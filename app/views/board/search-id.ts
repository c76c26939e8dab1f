/** The search field's id: the `/` key goes there. Apart, because the keys come after the board. */
export const SEARCH_ID = 'search';
