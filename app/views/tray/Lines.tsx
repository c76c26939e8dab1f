import { useState } from 'preact/hooks';
import type { Conflict } from '../../../worker/protocol/outcome.ts';
import { t } from '../../messages/translate.ts';
import { decisionOf, type Pick } from '../../state/picks.ts';
import type { Attention } from '../../state/site-state.ts';
import { factsOf, sideWords, wayWords } from '../../state/tray.ts';
import { carsOf, type Editing, editingOf, waysOf } from '../../state/ways.ts';
import { CarNumber } from '../CarNumber.tsx';
import { useSite } from '../context.ts';
import { Editor } from './Editor.tsx';
import { Sides } from './Sides.tsx';
import { useDecide } from './use-decide.ts';

/** Several conflicts of one edit: all in the same way, or each by itself. */
export function Lines({ item, conflicts }: { item: Attention; conflicts: readonly Conflict[] }) {
  const site = useSite();
  const decide = useDecide();
  const [picks, setPicks] = useState<ReadonlyMap<Conflict, Pick>>(new Map());
  const { mine, theirs, both, ask } = waysOf(item, factsOf(site));
  const decision = decisionOf(item, picks, factsOf(site));
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
                onClick={() => decide([item], way.decision)}
              >
                {allWords(way.label) ?? wayWords(site, item, way)}
              </button>
            ),
        )}
      </div>
      {mine && theirs && (
        <>
          <ul class="tray-lines" aria-label={t('tray.lines', { count: conflicts.length })}>
            {conflicts.map((conflict) => (
              <li key={`${conflict.car} ${conflict.group}`}>
                <Line
                  item={item}
                  conflict={conflict}
                  isNamed={carsOf(item).length > 1}
                  pick={picks.get(conflict)}
                  onPick={(pick) => setPicks(new Map(picks).set(conflict, pick))}
                />
              </li>
            ))}
          </ul>
          <div class="choices">
            <button
              type="button"
              class="button"
              data-main
              disabled={!decision}
              onClick={() => decision && decide([item], decision)}
            >
              {t('tray.linesDo')}
            </button>
          </div>
        </>
      )}
    </>
  );
}

function allWords(label: string): string | null {
  if (label === 'tray.useMine') return t('tray.allMine');
  return label === 'tray.keepTheirs' ? t('tray.allTheirs') : null;
}

interface LineProps {
  item: Attention;
  conflict: Conflict;
  /** Its car is not the one the item is about anyway. */
  isNamed: boolean;
  pick: Pick | undefined;
  onPick: (pick: Pick) => void;
}

function Line({ item, conflict, isNamed, pick, onPick }: LineProps) {
  const site = useSite();
  const [editing, setEditing] = useState<Editing | null>(null);
  const third = editingOf(conflict, factsOf(site));
  const isThird = typeof pick === 'object';
  const option = (name: 'mine' | 'theirs', label: 'tray.useMine' | 'tray.keepTheirs') => (
    <button type="button" class="button" aria-pressed={pick === name} onClick={() => onPick(name)}>
      {t(label)}
    </button>
  );
  return (
    <>
      <h5>
        {isNamed && <CarNumber id={conflict.car} />}
        <span class="tray-group-name">{t(`tray.group.${conflict.group}`)}</span>
      </h5>
      <Sides conflict={conflict} item={item} />
      {isThird && <p class="small">{t('tray.picked', { what: sideWords(pick) })}</p>}
      {editing ? (
        <Editor
          editing={editing}
          onCancel={() => setEditing(null)}
          onFields={(fields) => {
            setEditing(null);
            onPick(fields);
          }}
        />
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row everywhere
        <div class="choices" role="group" aria-label={conflict.car}>
          {option('mine', 'tray.useMine')}
          {option('theirs', 'tray.keepTheirs')}
          {third && (
            <button type="button" class="button" aria-pressed={isThird} onClick={() => setEditing(third)}>
              {t('tray.edit')}
            </button>
          )}
        </div>
      )}
    </>
  );
}
