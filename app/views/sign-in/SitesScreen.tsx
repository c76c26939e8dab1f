import '../../messages/add-later.ts';
import { t } from '../../messages/translate.ts';
import { useApp } from '../context.ts';
import { Icon } from '../Icon.tsx';
import { SiteMenu } from '../sites/SiteMenu.tsx';
import { Door } from './Door.tsx';

/** Which site to open, for those who belong to several. */
export function SitesScreen() {
  const { session, router } = useApp();
  const { value } = session.state;
  if (value.state !== 'signed-in') return null;
  const { sites } = value.me;
  return (
    <Door title={t('sites.title')}>
      {router.route.value.at === 'site' && <p class="hint">{t('sites.notYours')}</p>}
      {sites.length === 0 && <p>{t('sites.none')}</p>}
      <SiteMenu me={value.me} />
      <button type="button" class="button" data-quiet onClick={() => session.signOut(0)}>
        <Icon name="signOut" />
        {t('more.signOut')}
      </button>
    </Door>
  );
}
