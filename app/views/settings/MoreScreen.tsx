import { useState } from 'preact/hooks';
import {
  DEVICES_ACCESS,
  FLEET_ACCESS,
  PEOPLE_ACCESS,
  SECURITY_ACCESS,
  SETTINGS_ACCESS,
  TOKENS_ACCESS,
} from '../../../worker/protocol/access.ts';
import { hasRole } from '../../../worker/protocol/site.ts';
import '../../messages/add-account.ts';
import '../../messages/add-kiosk.ts';
import { t } from '../../messages/translate.ts';
import { lockDevice } from '../../state/lock-device.ts';
import type { Screen, SheetName } from '../../state/route.ts';
import { hasSites } from '../../state/site-list.ts';
import { useApp, useSite } from '../context.ts';
import { Icon, type IconName } from '../Icon.tsx';

/** The way to everything that is not needed every minute. */
export function MoreScreen() {
  const app = useApp();
  const { router, session, ports } = app;
  const site = useSite();
  const { state } = session;
  const me = state.value.state === 'signed-in' ? state.value.me : null;
  const { own, others } = site.needs.value;
  const sheet = (icon: IconName, text: string, name: SheetName) => (
    <Entry icon={icon} text={text} onPress={() => router.open({ type: 'sheet', sheet: name, car: null })} />
  );
  const screen = (icon: IconName, text: string, name: Screen) => (
    <Entry icon={icon} text={text} onPress={() => router.screen(name)} />
  );
  return (
    <div class="page">
      <h1>{t('more.title')}</h1>
      <ul class="menu">
        <Entry
          icon="alert"
          text={t('more.attention')}
          count={own + others}
          onPress={() => router.open({ type: 'sheet', sheet: 'attention', car: null })}
        />
        {sheet('people', t('more.people'), 'people')}
        {site.may('set') && sheet('undo', t('more.undo'), 'undo')}
        {screen('history', t('more.history'), 'history')}
        {hasRole(site.role, FLEET_ACCESS) && screen('devices', t('more.fleet'), 'fleet')}
        {hasRole(site.role, DEVICES_ACCESS) && screen('board', t('more.enrolled'), 'devices')}
        {hasRole(site.role, TOKENS_ACCESS) && screen('sync', t('more.tokens'), 'tokens')}
        {hasRole(site.role, PEOPLE_ACCESS) && screen('people', t('more.team'), 'people')}
      </ul>
      <ul class="menu">
        {site.may('add') && sheet('plus', t('more.add'), 'add')}
        {sheet('trash', t('more.removed'), 'removed')}
        {site.may('import') && screen('import', t('more.import'), 'import')}
        {me?.kind === 'person' && (
          <li>
            <a class="menu-entry" href={ports.api.exportPath(site.known.id)} download>
              <Icon name="export" />
              {t('more.export')}
            </a>
          </li>
        )}
      </ul>
      <ul class="menu">
        {hasRole(site.role, SECURITY_ACCESS) && screen('eye', t('more.security'), 'security')}
        {screen('settings', t('more.settings'), 'settings')}
        {hasRole(site.role, SETTINGS_ACCESS) && screen('building', t('more.site'), 'site')}
        {!me?.device?.shared && hasSites(state.value) && sheet('list', t('more.sites'), 'sites')}
        {me?.device?.shared ? (
          <Entry icon="signOut" text={t('kiosk.lockWord')} onPress={() => lockDevice(app)} />
        ) : (
          <SignOut />
        )}
      </ul>
      {me?.kind === 'person' && (
        <p class="small">{t('more.signedInAs', { name: me.person.name, role: t(`role.${site.role}`) })}</p>
      )}
    </div>
  );
}

interface EntryProps {
  icon: IconName;
  text: string;
  /** How much waits behind it. */
  count?: number;
  onPress: () => void;
}

function Entry({ icon, text, count = 0, onPress }: EntryProps) {
  return (
    <li>
      <button type="button" class="menu-entry" onClick={onPress}>
        <Icon name={icon} />
        {text}
        {count > 0 && <span class="count">{count}</span>}
      </button>
    </li>
  );
}

/** Says what has not been sent before anybody leaves; it is kept either way. */
function SignOut() {
  const app = useApp();
  const [asking, setAsking] = useState(false);
  const { unsent } = app;
  const { value } = app.session.state;
  // A device nobody has signed in on stays one: it is left for the sign-in.
  const isPerson = value.state === 'signed-in' && value.me.kind === 'person';
  if (!asking) {
    return (
      <Entry
        icon="signOut"
        text={t(isPerson ? 'more.signOut' : 'more.signIn')}
        onPress={() => (unsent > 0 ? setAsking(true) : app.session.signOut(0))}
      />
    );
  }
  return (
    <li class="sign-out" role="alert">
      <p>{t('signOut.unsent', { count: unsent })}</p>
      <div class="choices">
        <button type="button" class="button" onClick={() => app.session.signOut(unsent)}>
          {t('signOut.anyway')}
        </button>
        <button type="button" class="button" data-main onClick={() => setAsking(false)}>
          {t('signOut.stay')}
        </button>
      </div>
    </li>
  );
}
