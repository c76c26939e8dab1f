import type { Conflict } from '../../../worker/protocol/outcome.ts';
import { t } from '../../messages/translate.ts';
import type { Attention } from '../../state/site-state.ts';
import { sideWords } from '../../state/tray.ts';
import { useSite } from '../context.ts';

/** What one has set and what the other has, with who and when. An edit's own time is its device's. */
export function Sides({ conflict, item }: { conflict: Conflict; item: Attention }) {
  const site = useSite();
  const { mine, theirs, by, at } = conflict;
  const { author, edit } = item;
  const time = site.time.value;
  return (
    <dl class="sides">
      <div>
        <dt>
          {author === null ? t('tray.you') : site.nameOf(author)}{' '}
          <small>{time.when(edit.at, site.now.value)}</small>
        </dt>
        <dd>{sideWords(mine)}</dd>
      </div>
      <div>
        <dt>
          {site.nameOf(by)} <small>{time.when(at, site.hubNow())}</small>
        </dt>
        <dd>{sideWords(theirs)}</dd>
      </div>
    </dl>
  );
}
