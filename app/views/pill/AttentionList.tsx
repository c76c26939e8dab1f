import type { Conflict } from '../../../worker/protocol/outcome.ts';
import { t } from '../../messages/translate.ts';
import { editWords } from '../../state/edit-words.ts';
import { fieldWords } from '../../state/field-words.ts';
import type { Attention } from '../../state/site-state.ts';
import { CarNumber } from '../CarNumber.tsx';
import { useSite } from '../context.ts';

/** Edits the hub did not take as they were: the person decides. */
export function AttentionList() {
  const { attention } = useSite().view.value;
  if (attention.length === 0) return null;
  return (
    <section aria-labelledby="attention-title">
      <h3 id="attention-title">{t('sync.attention')}</h3>
      <ul class="attention">
        {attention.map((item) => (
          <li key={item.edit.id}>
            <AttentionItem item={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function AttentionItem({ item }: { item: Attention }) {
  const site = useSite();
  const { edit, outcome } = item;
  const settle = (choice: 'mine' | 'theirs') => () => site.settle(item, choice);
  if (outcome.outcome === 'rejected') {
    return (
      <>
        <p>
          {editWords(edit)} <small>{site.time.value.when(edit.at, site.now.value)}</small>
        </p>
        <p class="bad">{t('sync.rejected', { why: t(`error.${outcome.code}`) })}</p>
        <div class="choices">
          <button type="button" class="button" onClick={settle('mine')}>
            {t('sync.tryAgain')}
          </button>
          <button type="button" class="button" onClick={settle('theirs')}>
            {t('sync.letGo')}
          </button>
        </div>
      </>
    );
  }
  const removed = outcome.conflicts.some(({ theirs }) => theirs.removed === true);
  return (
    <>
      {outcome.conflicts.map((conflict) => (
        <Sides key={`${conflict.car} ${conflict.group}`} conflict={conflict} at={edit.at} />
      ))}
      <div class="choices">
        {(!removed || site.may('restore')) && (
          <button type="button" class="button" data-main onClick={settle('mine')}>
            {t(removed ? 'sync.restoreMine' : 'sync.useMine')}
          </button>
        )}
        <button type="button" class="button" onClick={settle('theirs')}>
          {t(removed ? 'sync.leaveRemoved' : 'sync.keepTheirs')}
        </button>
      </div>
    </>
  );
}

/** What one did and what the other did, side by side. `at` is device time. */
function Sides({ conflict, at }: { conflict: Conflict; at: number }) {
  const site = useSite();
  const { car, mine, theirs, by } = conflict;
  const words = (fields: Conflict['mine']) => fieldWords(fields).join(t('list.comma'));
  return (
    <>
      <h4>
        <CarNumber id={car} />
      </h4>
      <dl class="sides">
        <div>
          <dt>
            {t('sync.mine')} <small>{site.time.value.when(at, site.now.value)}</small>
          </dt>
          <dd>{words(mine)}</dd>
        </div>
        <div>
          <dt>
            {site.nameOf(by)} <small>{site.time.value.when(conflict.at, site.hubNow())}</small>
          </dt>
          <dd>{words(theirs)}</dd>
        </div>
      </dl>
    </>
  );
}
