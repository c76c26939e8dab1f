import { useEffect, useRef, useState } from 'preact/hooks';
import '../../messages/add-sites.ts';
import { t } from '../../messages/translate.ts';
import { Field } from '../Field.tsx';

interface Props {
  name: string;
  /** Why it cannot have this name; null where it has it now. */
  onRename: (text: string) => string | null;
  onDone: () => void;
}

/** Another name for a location, in the place of its line. It is none of the page's form, in which it stands. */
export function RenameLocation({ name, onRename, onDone }: Props) {
  const [text, setText] = useState(name);
  const [problem, setProblem] = useState<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector('input')?.select(), []);
  const take = () => {
    const why = onRename(text);
    if (why === null) onDone();
    else setProblem(why);
  };
  return (
    <div class="rename-location" ref={box}>
      <Field label={t('site.newName', { name })} error={problem}>
        {(field) => (
          <input
            {...field}
            class="field"
            value={text}
            autocomplete="off"
            onInput={({ currentTarget }) => {
              setText(currentTarget.value);
              setProblem(null);
            }}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' && event.key !== 'Escape') return;
              // Enter would save the page, Escape close what is open.
              event.preventDefault();
              event.stopPropagation();
              if (event.key === 'Enter') take();
              else onDone();
            }}
          />
        )}
      </Field>
      <div class="choices">
        <button type="button" class="button" onClick={take}>
          {t('site.nameDo')}
        </button>
        <button type="button" class="button" onClick={onDone}>
          {t('site.nameKeep')}
        </button>
      </div>
    </div>
  );
}
