import { useEffect, useRef, useState } from 'preact/hooks';
import { VIEW_NAME_CHARS_MAX } from '../../../worker/protocol/limits.ts';
import '../../messages/add-views.ts';
import { t } from '../../messages/translate.ts';
import type { Personal } from '../../state/personal.ts';
import { presentView } from '../../state/present-view.ts';
import { type SavedView, showView, viewName } from '../../state/saved-views.ts';
import { viewWords } from '../../state/view-words.ts';
import { useApp, useSite } from '../context.ts';
import { Field } from '../Field.tsx';
import { Icon } from '../Icon.tsx';
import { SheetHead } from '../SheetHead.tsx';

/** All of the person's views of this board: to come back to, rename and delete; and the present one, to be saved. */
export function ViewsSheet() {
  const { personal } = useApp();
  return (
    <>
      <SheetHead title={t('views.title')} />
      <div class="sheet-body">
        {personal.value ? <Views personal={personal.value} /> : <p class="loading">{t('app.loading')}</p>}
      </div>
    </>
  );
}

function Views({ personal }: { personal: Personal }) {
  const { known, view } = useSite();
  const { site } = view.value;
  const [deleted, setDeleted] = useState<SavedView | null>(null);
  const views = personal.views(known.id).map((one) => presentView(one, site));
  const undo = () => {
    if (deleted) personal.putView(deleted);
    setDeleted(null);
  };
  return (
    <>
      <SaveForm personal={personal} />
      <p class="small">{t(views.length === 0 ? 'views.none' : 'views.follow')}</p>
      {deleted && (
        <p class="line" role="status">
          <span class="line-text">{t('views.deleted', { name: deleted.name })}</span>
          <button type="button" class="button" onClick={undo}>
            <Icon name="undo" />
            {t('views.undo')}
          </button>
        </p>
      )}
      <ul class="lines">
        {views.map((view) => (
          <View
            key={view.key}
            view={view}
            personal={personal}
            onDelete={() => {
              personal.removeView(view);
              setDeleted(view);
            }}
          />
        ))}
      </ul>
    </>
  );
}

function SaveForm({ personal }: { personal: Personal }) {
  const { board, known } = useSite();
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);
  const query = board.query().toString();
  const save = (event: Event) => {
    event.preventDefault();
    const name = viewName(text);
    if (name === '') return setError(t('views.noName'));
    if (!personal.saveView({ site: known.id, name, query })) return setError(t('views.full'));
    setText('');
  };
  return (
    <form class="form" onSubmit={save} noValidate>
      <Field label={t('views.name')} hint={viewWords(query)} error={error}>
        {(field) => (
          <input
            {...field}
            class="field"
            autocomplete="off"
            maxLength={VIEW_NAME_CHARS_MAX}
            value={text}
            onInput={(event) => {
              setError(null);
              setText(event.currentTarget.value);
            }}
          />
        )}
      </Field>
      <button type="submit" class="action" data-next>
        {t('views.save')}
      </button>
    </form>
  );
}

interface ViewProps {
  view: SavedView;
  personal: Personal;
  onDelete: () => void;
}

function View({ view, personal, onDelete }: ViewProps) {
  const { router, ports } = useApp();
  const { board } = useSite();
  const [renaming, setRenaming] = useState(false);
  const { name } = view;
  const show = () => {
    showView(board, view);
    const route = router.route.peek();
    const isBoard = route.at === 'site' && route.screen === 'board';
    // A phone begins with the keypad.
    if (isBoard || ports.surroundings.layout.peek() !== 'phone') router.close();
    else router.screen('board');
  };
  if (renaming) {
    const done = () => setRenaming(false);
    return <Rename view={view} personal={personal} onDone={done} />;
  }
  return (
    <li class="line view-line">
      <button type="button" class="view-open" onClick={show}>
        {name}
        <small>{viewWords(view.query)}</small>
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={t('views.renameOf', { name })}
        title={t('views.rename')}
        onClick={() => setRenaming(true)}
      >
        <Icon name="note" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={t('views.deleteOf', { name })}
        title={t('views.delete')}
        onClick={onDelete}
      >
        <Icon name="trash" />
      </button>
    </li>
  );
}

function Rename({ view, personal, onDone }: { view: SavedView; personal: Personal; onDone: () => void }) {
  const [text, setText] = useState(view.name);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  const save = (event: Event) => {
    event.preventDefault();
    const name = viewName(text);
    if (name !== '' && name !== view.name) personal.putView({ ...view, name });
    onDone();
  };
  return (
    <li class="line">
      <form class="view-rename" onSubmit={save}>
        <input
          ref={input}
          class="field"
          aria-label={t('views.newName', { name: view.name })}
          autocomplete="off"
          maxLength={VIEW_NAME_CHARS_MAX}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="button" data-main>
          {t('views.save')}
        </button>
        <button type="button" class="button" data-quiet onClick={onDone}>
          {t('views.cancel')}
        </button>
      </form>
    </li>
  );
}
