import { useMemo, useState } from 'preact/hooks';
import type { Car } from '../../../worker/protocol/car.ts';
import { NOTE_CHARS_MAX } from '../../../worker/protocol/limits.ts';
import { t } from '../../messages/translate.ts';
import { Drafts, NOBODY } from '../../state/drafts.ts';
import { useApp, useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';

/** From here on the person is told how much room is left. */
const TELL_LEFT = 60;

/** A note joins those that are there. What has been typed and not added is kept: closing it by mistake loses nothing. */
export function NoteForm({ car, onDone }: { car: Car; onDone: () => void }) {
  const app = useApp();
  const site = useSite();
  const drafts = useMemo(() => new Drafts(app.ports.memory), [app]);
  const writer = app.locked.value ? NOBODY : (site.me?.id ?? NOBODY);
  const [text, setText] = useState(() => drafts.of(writer, car.id));
  const note = text.trim();
  const left = NOTE_CHARS_MAX - text.length;
  const add = async (event: Event) => {
    event.preventDefault();
    if (note === '') return;
    onDone();
    // A device that cannot keep it says so; the words are still here then.
    if (await site.do({ type: 'note', car: car.id, text: note })) drafts.keep(writer, car.id, '');
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
          drafts.keep(writer, car.id, event.currentTarget.value);
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
