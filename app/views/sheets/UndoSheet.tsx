import '../../messages/add-later.ts';
import { t } from '../../messages/translate.ts';
import { editWords } from '../../state/edit-words.ts';
import { useSite } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { SheetHead } from '../SheetHead.tsx';

/** One's last changes, each with a way back. */
export function UndoSheet() {
  const site = useSite();
  const own = site.own.value;
  return (
    <>
      <SheetHead title={t('undo.title')} />
      <div class="sheet-body">
        {own.length === 0 && <p>{t('undo.none')}</p>}
        <ul class="lines">
          {own.map(({ edit, undone, version }) => (
            <li key={edit.id} class="line" data-undone={undone}>
              <span class="line-text">
                {editWords(edit)}
                <small>
                  {site.time.value.when(edit.at, site.now.value)}
                  {version === null && ` · ${t('undo.waits')}`}
                </small>
              </span>
              {undone ? (
                <small>{t('undo.undone')}</small>
              ) : (
                <button type="button" class="button" data-quiet onClick={() => site.undo(edit.id)}>
                  <Icon name="undo" />
                  {t('undo.do')}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
