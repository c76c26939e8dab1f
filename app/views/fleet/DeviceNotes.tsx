import { type DeviceNote, noteWords } from '../../state/device-words.ts';
import { useSite } from '../context.ts';
import { Icon, type IconName } from '../Icon.tsx';

const ICONS: { [K in DeviceNote['kind']]: IconName } = {
  current: 'check',
  holds: 'up',
  waiting: 'people',
  behind: 'sync',
  offline: 'offline',
  silent: 'alert',
  old: 'alert',
};

/** What there is to say of a device, each with its icon. `at`: the moment it is said of, in hub milliseconds. */
export function DeviceNotes({ notes, at }: { notes: readonly DeviceNote[]; at: number }) {
  const { time } = useSite();
  return (
    <ul class="device-notes">
      {notes.map((note) => (
        <li key={noteKey(note)} data-kind={note.kind}>
          <Icon name={ICONS[note.kind]} />
          {noteWords(note, (atMs) => time.value.when(atMs, at))}
        </li>
      ))}
    </ul>
  );
}

function noteKey(note: DeviceNote): string {
  return note.kind === 'waiting' ? `waiting ${note.name}` : note.kind;
}
