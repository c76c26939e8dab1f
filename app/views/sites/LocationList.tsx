import { useRef, useState } from 'preact/hooks';
import '../../messages/add-sites.ts';
import { t } from '../../messages/translate.ts';
import { moved, withLocation } from '../../state/site-form.ts';
import { Field } from '../Field.tsx';
import { Icon, type IconName } from '../Icon.tsx';
import { RenameLocation } from './RenameLocation.tsx';

interface Props {
  locations: readonly string[];
  /** Cars that stand at one now: it cannot go. */
  cars: ReadonlyMap<string, number>;
  error?: string | null | undefined;
  onChange: (locations: readonly string[]) => void;
  /** Gives a location another name, or says why not; null where it has it. */
  onRename?: (name: string, text: string) => string | null;
}

/** The locations of a site in their order, moved a place at a time, with room for another. */
export function LocationList({ locations, cars, error, onChange, onRename }: Props) {
  const [renaming, setRenaming] = useState<string | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const [said, setSaid] = useState('');
  const move = (name: string, by: -1 | 1) => {
    const next = moved(locations, name, by);
    onChange(next);
    setSaid(t('site.place', { name, place: next.indexOf(name) + 1, count: next.length }));
  };
  const remove = (name: string) => {
    onChange(locations.filter((other) => other !== name));
    setSaid(t('site.taken', { name }));
    // What had the focus is gone.
    title.current?.focus();
  };
  const renamed = () => {
    setRenaming(null);
    title.current?.focus({ preventScroll: true });
  };
  return (
    <section aria-labelledby="locations-title">
      <h2 id="locations-title" tabIndex={-1} ref={title}>
        {t('setup.locations')}
      </h2>
      <p class="small">{t(onRename ? 'site.locationsHint' : 'newSite.locationsHint')}</p>
      <ol class="lines">
        {locations.map((name, i) => {
          const count = cars.get(name) ?? 0;
          if (onRename && renaming === name) {
            return (
              <li key={name} class="line">
                <RenameLocation name={name} onRename={(text) => onRename(name, text)} onDone={renamed} />
              </li>
            );
          }
          return (
            <li key={name} class="line">
              <span class="line-text">
                {name}
                {count > 0 && <small>{t('site.cars', { count })}</small>}
              </span>
              {onRename && (
                <Press
                  icon="note"
                  label={t('site.rename', { name })}
                  off={false}
                  onPress={() => setRenaming(name)}
                />
              )}
              <Press icon="up" label={t('site.up', { name })} off={i === 0} onPress={() => move(name, -1)} />
              <Press
                icon="up"
                down
                label={t('site.down', { name })}
                off={i === locations.length - 1}
                onPress={() => move(name, 1)}
              />
              <Press
                icon="trash"
                label={t('site.remove', { name })}
                off={count > 0 || locations.length === 1}
                onPress={() => remove(name)}
              />
            </li>
          );
        })}
      </ol>
      {error && (
        <p class="bad" role="alert">
          {error}
        </p>
      )}
      <p class="hidden" role="status">
        {said}
      </p>
      <Another locations={locations} onChange={onChange} />
    </section>
  );
}

/** What can be pressed. Where it would do nothing it stays, so that a focus on it does. */
function Press(props: {
  icon: IconName;
  /** The drawing stands on its head. */
  down?: boolean;
  label: string;
  off: boolean;
  onPress: () => void;
}) {
  const { icon, down, label, off, onPress } = props;
  return (
    <button
      type="button"
      class="icon-button"
      data-down={down}
      aria-label={label}
      aria-disabled={off}
      onClick={() => off || onPress()}
    >
      <Icon name={icon} />
    </button>
  );
}

function Another({ locations, onChange }: Pick<Props, 'locations' | 'onChange'>) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const add = () => {
    const added = withLocation(locations, text);
    if ('problem' in added) return setProblem(added.problem);
    onChange(added.locations);
    setText('');
  };
  return (
    <>
      <Field label={t('site.add')} error={problem}>
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
              if (event.key !== 'Enter') return;
              // It adds a location, and does not save.
              event.preventDefault();
              add();
            }}
          />
        )}
      </Field>
      <button type="button" class="button" onClick={add}>
        <Icon name="plus" />
        {t('site.addDo')}
      </button>
    </>
  );
}
