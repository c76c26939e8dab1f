import { useState } from 'preact/hooks';
import type { Conflict } from '../../../worker/protocol/outcome.ts';
import { t } from '../../messages/translate.ts';
import type { Attention } from '../../state/site-state.ts';
import { ageWords, factsOf, wantedWords, wayWords, whyWords } from '../../state/tray.ts';
import { carsOf, type Editing, instead, type Way, waysOf } from '../../state/ways.ts';
import { CarNumber } from '../CarNumber.tsx';
import { useSite } from '../context.ts';
import { Editor } from './Editor.tsx';
import { Lines } from './Lines.tsx';
import { Sides } from './Sides.tsx';
import { useDecide } from './use-decide.ts';

interface ItemProps {
  item: Attention;
  /** It is said above, of all of its group. */
  isWhyKnown: boolean;
  /** Whether it is among those decided on together; null where it is alone. */
  chosen: boolean | null;
  onChoose: (isChosen: boolean) => void;
}

/** One edit that waits for a decision: what was wanted, what stands against it, and what can be done. */
export function Item({ item, isWhyKnown, chosen, onChoose }: ItemProps) {
  const site = useSite();
  const { edit, outcome, author, isHere } = item;
  const conflicts = outcome.outcome === 'conflict' ? outcome.conflicts : [];
  const [only, ...more] = conflicts;
  const [car, ...cars] = carsOf(item);
  const title = car !== undefined && cars.length === 0 ? car : null;
  return (
    <li class="attention-item" data-stop>
      <div class="tray-head">
        <h4 tabIndex={-1}>
          {title === null ? wantedWords(edit) : <CarNumber id={title} />}
          {only && more.length === 0 && <span class="tray-group-name">{t(`tray.group.${only.group}`)}</span>}
        </h4>
        {chosen !== null && (
          <label class="tray-choose">
            <input
              type="checkbox"
              checked={chosen}
              aria-label={t('tray.select', { what: wantedWords(edit) })}
              onChange={(event) => onChoose(event.currentTarget.checked)}
            />
          </label>
        )}
      </div>
      {!isHere && (
        <p class="small">
          {author !== null && site.nameOf(author)} · {t('tray.elsewhere')} ·{' '}
          {t('tray.open', { age: ageWords(site.hubNow() - outcome.at) })}
        </p>
      )}
      {only && more.length === 0 && <Sides conflict={only} item={item} />}
      {conflicts.length === 0 && <Wanted item={item} isWhyKnown={isWhyKnown} />}
      {more.length > 0 ? (
        <Lines item={item} conflicts={conflicts} />
      ) : (
        <Actions item={item} conflict={only} />
      )}
    </li>
  );
}

/** What a refused edit wanted, and why it was not done. */
function Wanted({ item, isWhyKnown }: Pick<ItemProps, 'item' | 'isWhyKnown'>) {
  const site = useSite();
  const { edit, author } = item;
  return (
    <>
      <p>
        {author === null ? t('tray.you') : site.nameOf(author)}{' '}
        <small>{site.time.value.when(edit.at, site.now.value)}</small>: <b>{wantedWords(edit)}</b>
      </p>
      {!isWhyKnown && <p class="bad">{whyWords(item)}</p>}
    </>
  );
}

function Actions({ item, conflict }: { item: Attention; conflict: Conflict | undefined }) {
  const site = useSite();
  const decide = useDecide();
  const [editing, setEditing] = useState<Editing | null>(null);
  const { mine, theirs, both, edit, ask } = waysOf(item, factsOf(site));
  if (editing) {
    const save = (decision: Way['decision']) => decide([item], decision);
    return (
      <Editor
        editing={editing}
        onCancel={() => setEditing(null)}
        onFields={(fields) => save(instead(item, fields))}
        onNote={(text) => save({ choice: 'other', intents: [{ type: 'note', car: editing.car, text }] })}
      />
    );
  }
  return (
    <>
      {ask && <p class="small">{t(ask)}</p>}
      <div class="choices">
        {[mine, theirs, both].map(
          (way) =>
            way && (
              <button
                key={way.label}
                type="button"
                class="button"
                data-main={way === mine ? '' : undefined}
                onClick={() => decide([item], way.decision)}
              >
                {wayWords(site, item, way)}
              </button>
            ),
        )}
        {edit && (
          <button type="button" class="button" onClick={() => setEditing(edit)}>
            {t(conflict ? 'tray.edit' : edit.field === 'location' ? 'tray.chooseLocation' : 'tray.shorten')}
          </button>
        )}
      </div>
    </>
  );
}
