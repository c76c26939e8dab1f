import { useState } from 'preact/hooks';
import type { Car } from '../../../worker/protocol/car.ts';
import { NOTE_CHARS_MAX } from '../../../worker/protocol/limits.ts';
import { t } from '../../messages/translate.ts';
import { useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';

/** From here on the person is told how much room is left. */
const TELL_LEFT = 60;

/** What has been typed and not added, by car: closing the sheet by mistake loses nothing. */
const drafts = new Map<string, string>();

/** A note joins those that are there. */
export function NoteForm({ car, onDone }: { car: Car; onDone: () => void }) {
  const site = useSite();
  const [text, setText] = useState(drafts.get(car.id) ?? '');
  const note = text.trim();
  const left = NOTE_CHARS_MAX - text.length;
  const add = async (event: Event) => {
    event.preventDefault();
    if (note === '') return;
    onDone();
    // A device that cannot keep it says so; the words are still here then.
    if (await site.do({ type: 'note', car: car.id, text: note })) drafts.delete(car.id);
  };
  return (
    <form class="note-form" onSubmit={add}>
      {car.notes !== '' && (
        <section class="car-notes" aria-label={t('car.notes')}>
          {car.notes}
        </section>
      )}
      <label for="note">{t('note.title', { car: car.id })}</label>
      <textarea
        id="note"
        class="field"
        data-focus-first
        rows={3}
        maxLength={NOTE_CHARS_MAX}
        enterkeyhint="done"
        value={text}
        onInput={(event) => {
          drafts.set(car.id, event.currentTarget.value);
          setText(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) void add(event);
        }}
      />
      {left <= TELL_LEFT && <p class="note-left">{t('note.left', { count: left })}</p>}
      <button type="submit" class="action" data-next disabled={note === ''}>
        <Icon name="check" />
        {t('note.add')}
      </button>
    </form>
  );
}
