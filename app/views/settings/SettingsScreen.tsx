import '../../messages/add-account.ts';
import { t } from '../../messages/translate.ts';
import { THEMES } from '../../state/theme.ts';
import { ChangePassword } from '../account/ChangePassword.tsx';
import { ChangePin } from '../account/ChangePin.tsx';
import { YourDevices } from '../account/YourDevices.tsx';
import { useApp } from '../context.ts';
import { Evictable } from '../Evictable.tsx';
import { Overwritten } from './Overwritten.tsx';
import { YourData } from './YourData.tsx';

/** What a person can choose, for themselves or for this device. */
export function SettingsScreen() {
  const { preferences, personal, ports, session } = useApp();
  const { value } = session.state;
  const isPerson = value.state === 'signed-in' && value.me.kind === 'person';
  return (
    <div class="page">
      <h1>{t('settings.title')}</h1>
      <fieldset class="choice">
        <legend>{t('settings.theme')}</legend>
        {THEMES.map((theme) => (
          <label key={theme}>
            <input
              type="radio"
              name="theme"
              checked={preferences.theme.value === theme}
              onChange={() => preferences.setTheme(theme)}
            />
            <span>
              {t(`settings.theme.${theme}`)}
              {theme === 'auto' && <small>{t('settings.theme.autoHint')}</small>}
            </span>
          </label>
        ))}
      </fieldset>
      <section aria-labelledby="device-title">
        <h2 id="device-title">{t('settings.device')}</h2>
        <Saver />
        <Evictable />
      </section>
      {isPerson && <ChangePassword />}
      {isPerson && <ChangePin />}
      {isPerson && <YourDevices />}
      <Keys />
      {isPerson && <YourData />}
      {personal.value && <Overwritten personal={personal.value} />}
      <p class="small">{t('sync.version', { version: ports.surroundings.version })}</p>
    </div>
  );
}

function Saver() {
  const { preferences, site } = useApp();
  return (
    <div class="choice">
      <label>
        <input
          type="checkbox"
          checked={preferences.saver.value}
          onChange={({ currentTarget }) => {
            preferences.setSaver(currentTarget.checked);
            site.value?.saveData(currentTarget.checked);
          }}
        />
        <span>
          {t('settings.saver')}
          <small>{t('settings.saverHint')}</small>
        </span>
      </label>
    </div>
  );
}

function Keys() {
  const { preferences } = useApp();
  const keys = [
    ['0 – 9', t('settings.key.find')],
    ['/', t('settings.key.search')],
    [t('settings.key.arrows'), t('settings.key.go')],
    [t('settings.key.enter'), t('settings.key.open')],
    ['A L E M N', t('settings.key.acts')],
    [t('settings.key.escape'), t('settings.key.close')],
    [t('settings.key.ctrlZ'), t('settings.key.undo')],
  ];
  return (
    <fieldset class="choice">
      <legend>{t('settings.keys')}</legend>
      <label>
        <input
          type="checkbox"
          checked={preferences.shortcuts.value}
          onChange={(event) => preferences.setShortcuts(event.currentTarget.checked)}
        />
        <span>{t('settings.shortcuts')}</span>
      </label>
      <dl class="keys">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </fieldset>
  );
}
