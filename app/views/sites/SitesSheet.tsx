import '../../messages/add-sites.ts';
import { t } from '../../messages/translate.ts';
import { useApp } from '../context.ts';
import { SheetHead } from '../SheetHead.tsx';
import { SiteMenu } from './SiteMenu.tsx';

/** From one site to another, wherever one is. */
export function SitesSheet() {
  const { value } = useApp().session.state;
  return (
    <>
      <SheetHead title={t('sites.title')} />
      <div class="sheet-body">{value.state === 'signed-in' && <SiteMenu me={value.me} />}</div>
    </>
  );
}
