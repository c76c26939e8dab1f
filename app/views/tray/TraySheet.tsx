import { useRef } from 'preact/hooks';
import '../../messages/add-tray.ts';
import { t } from '../../messages/translate.ts';
import { groupsOf, sidesOf } from '../../state/tray.ts';
import { useSite } from '../context.ts';
import { SheetHead } from '../SheetHead.tsx';
import { Toasts } from '../shell/Toasts.tsx';
import { Group } from './Group.tsx';
import { Lost } from './Lost.tsx';
import { useFocusKept } from './use-focus-kept.ts';
import { useGuard } from './use-guard.ts';

/** Everything that waits for a decision: the person's own, and others' for those who may settle for them. */
export function TraySheet() {
  const site = useSite();
  const body = useRef<HTMLDivElement>(null);
  const { own, others } = sidesOf(site);
  const lost = site.losses.value?.told.value ?? [];
  const count = own.length + others.length + lost.length;
  useFocusKept(body, count);
  const isGuarded = useGuard(count);
  const isEmpty = count === 0;
  return (
    <>
      <SheetHead title={t('tray.title')} />
      <div class="sheet-body tray" data-guarded={isGuarded} data-empty={isEmpty} ref={body}>
        <Lost />
        {isEmpty && (
          <>
            <p class="sync-state">{t('tray.none')}</p>
            <p class="small">{t('tray.noneHint')}</p>
          </>
        )}
        {groupsOf(own).map((group) => (
          <Group key={group.reason} group={group} />
        ))}
        {others.length > 0 && (
          <section class="tray-others" aria-labelledby="tray-others">
            <h3 id="tray-others">{t('tray.others')}</h3>
            <p class="small">{t('tray.othersHint')}</p>
            {groupsOf(others).map((group) => (
              <Group key={group.reason} group={group} />
            ))}
          </section>
        )}
      </div>
      <Toasts />
    </>
  );
}
