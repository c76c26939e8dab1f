import { useEffect, useRef, useState } from 'preact/hooks';
import { type CarFields, carState } from '../../../worker/protocol/car.ts';
import { t } from '../../messages/translate.ts';
import type { Editing } from '../../state/ways.ts';
import { useSite } from '../context.ts';
import { LocationGrid } from '../LocationGrid.tsx';
import { StateIcon } from '../StateIcon.tsx';

interface EditorProps {
  editing: Editing;
  onCancel: () => void;
  onFields: (fields: Partial<CarFields>) => void;
  /** What is typed is a note to be appended. */
  onNote?: (text: string) => void;
}

const STATES = {
  expected: { arrived: false, empty: false },
  arrived: { arrived: true, empty: false },
  empty: { arrived: true, empty: true },
} as const;

/** A third value, set where the two others stand. */
export function Editor({ editing, onCancel, onFields, onNote = () => {} }: EditorProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const first = box.current?.querySelector('textarea, button');
    if (first instanceof HTMLElement) first.focus();
  }, []);
  return (
    <div class="tray-editor" ref={box}>
      {editing.field === 'location' && <Locations car={editing.car} onFields={onFields} />}
      {editing.field === 'status' && <States car={editing.car} onFields={onFields} />}
      {editing.field === 'notes' && (
        <Text
          editing={editing}
          onText={(text) => (editing.type === 'note' ? onNote(text) : onFields({ notes: text }))}
        />
      )}
      <button type="button" class="button" data-quiet onClick={onCancel}>
        {t('tray.editCancel')}
      </button>
    </div>
  );
}

type Fields = Pick<EditorProps, 'onFields'> & { car: string };

function Locations({ car, onFields }: Fields) {
  const site = useSite();
  const here = site.view.value.cars.get(car)?.location;
  return (
    <fieldset>
      <legend>{t('tray.editLocation', { car })}</legend>
      <LocationGrid here={here} onPick={(location) => onFields({ location })} />
    </fieldset>
  );
}

function States({ car, onFields }: Fields) {
  const now = useSite().view.value.cars.get(car);
  const state = now && carState(now);
  return (
    <fieldset>
      <legend>{t('tray.editStatus', { car })}</legend>
      <div class="tray-states">
        {(['expected', 'arrived', 'empty'] as const).map((one) => (
          <button
            key={one}
            type="button"
            class="action"
            aria-pressed={one === (state === 'late' ? 'expected' : state)}
            onClick={() => onFields(STATES[one])}
          >
            <StateIcon state={one} />
            <span>{t(`state.${one}`)}</span>
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function Text({
  editing,
  onText,
}: {
  editing: Editing & { field: 'notes' };
  onText: (text: string) => void;
}) {
  const { car, most, type } = editing;
  const [text, setText] = useState(editing.text);
  const left = most - text.trim().length;
  const label = t(type === 'note' ? 'tray.editNote' : 'tray.editNotes', { car });
  const save = (event: Event) => {
    event.preventDefault();
    if (left >= 0) onText(text.trim());
  };
  return (
    <form class="form" onSubmit={save}>
      <label class="form-field">
        <b>{label}</b>
        <textarea
          class="field"
          rows={4}
          value={text}
          aria-invalid={left < 0}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <p class={left < 0 ? 'bad' : 'small'}>
        {left < 0 ? t('tray.tooLong', { count: -left }) : t('tray.left', { count: left })}
      </p>
      <button
        type="submit"
        class="button"
        data-main
        disabled={left < 0 || (type === 'note' && text.trim() === '')}
      >
        {t('tray.editDo')}
      </button>
    </form>
  );
}
