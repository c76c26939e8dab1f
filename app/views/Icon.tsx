const PATHS = {
  keypad: 'M5 5h.01M12 5h.01M19 5h.01M5 12h.01M12 12h.01M19 12h.01M5 19h.01M12 19h.01M19 19h.01',
  board: 'M4 4h4v16H4zM10 4h4v10h-4zM16 4h4v13h-4z',
  list: 'M4 6h16M4 12h16M4 18h16',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  search: 'M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM20 20l-4.6-4.6',
  back: 'M15 5l-7 7 7 7',
  forth: 'M9 5l7 7-7 7',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  undo: 'M8 5L4 9l4 4M4 9h9a6 6 0 0 1 0 12h-3',
  history: 'M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4.5l3 2',
  import: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4 17v3h16v-3',
  export: 'M12 15.5v-11M7.5 8.5L12 4l4.5 4.5M4 17v3h16v-3',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.5c2 .8 3.2 2.7 3.5 5.5',
  devices: 'M17 7V4H3v11h8M7 19h4M14 10h7v10h-7zM17.5 17h.01',
  plus: 'M12 5v14M5 12h14',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  note: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  move: 'M4 12h15M13 6l6 6-6 6',
  offline: 'M3 3l18 18M9 5.4A8 8 0 0 1 19 11a4.5 4.5 0 0 1 2 7M17 18H7a5 5 0 0 1-1.5-9.8',
  sync: 'M20 11a8 8 0 0 0-14.3-4L4 9M4 4v5h5M4 13a8 8 0 0 0 14.3 4L20 15M20 20v-5h-5',
  up: 'M12 19V6M6 11.5L12 5.5l6 6',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.5l3 2',
  alert: 'M12 4l9 16H3zM12 10v4.5M12 17.3h.01',
  backspace: 'M9 5h12v14H9l-6-7zM12 9l6 6M18 9l-6 6',
  order: 'M7 5v14M7 19l-3-3M7 19l3-3M13 6h7M13 11h5M13 16h3',
  settings: 'M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4',
  signOut: 'M14 4h6v16h-6M4 12h11M11 8l4 4-4 4',
  building: 'M4 20V9l8-5 8 5v11M9 20v-6h6v6',
  eye: 'M2.5 12C5 7.5 8.3 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.8 6.5-9.5 6.5s-7-2-9.5-6.5zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing in the colour of the text. Says nothing to a screen reader: a word is always beside it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
