import { useState } from 'preact/hooks';
import { DEVICES_ACCESS } from '../../../worker/protocol/access.ts';
import type { EnrolledDevice, Me } from '../../../worker/protocol/api.ts';
import { hasRole } from '../../../worker/protocol/site.ts';
import '../../messages/add-devices.ts';
import { t } from '../../messages/translate.ts';
import { siteRoute } from '../../state/app-state.ts';
import { devicesApi } from '../../state/devices-api.ts';
import { inHalves } from '../../state/enrolment.ts';
import { useApp } from '../context.ts';
import { Field } from '../Field.tsx';
import { Door } from '../sign-in/Door.tsx';
import { SignInScreen } from '../sign-in/SignInScreen.tsx';
import { EnrolForm } from './EnrolForm.tsx';
import { Enrolled } from './Enrolled.tsx';

/** Where the code of a new tablet leads: whoever reads it signs in first, if they have not. */
export function EnrolScreen() {
  const { router, session } = useApp();
  const { value: route } = router.route;
  // The address loses it at once; the screen keeps it.
  const [code] = useState(route.at === 'enrol' ? route.token : '');
  const { value } = session.state;
  if (value.state === 'starting') return <p class="loading">{t('app.loading')}</p>;
  if (value.state === 'signed-out') return <SignInScreen />;
  return <Enrol code={/^[0-9]{6}$/.test(code) ? code : null} me={value.me} />;
}

/** What a lead's phone shows that has read it; without a code the digits are typed. */
function Enrol({ code, me }: { code: string | null; me: Me }) {
  const { router, ports } = useApp();
  const sites = me.sites.filter(({ role }) => hasRole(role, DEVICES_ACCESS));
  const [chosen, setChosen] = useState(sites[0]?.id ?? '');
  const [done, setDone] = useState<EnrolledDevice | null>(null);
  const leave = () => router.go({ at: 'start' }, 'replace');
  const toDevices = () => router.go({ ...siteRoute(chosen), screen: 'devices' }, 'replace');
  return (
    <Door title={t('enrol.title')}>
      {done ? (
        <Enrolled device={done} />
      ) : sites.length === 0 ? (
        <p class="bad">{t('enrol.notLead')}</p>
      ) : (
        <>
          {code !== null && (
            <>
              <p>{t('enrol.sure')}</p>
              <p class="digits">{inHalves(code)}</p>
            </>
          )}
          {sites.length > 1 && (
            <Field label={t('enrol.site')}>
              {(field) => (
                <select
                  {...field}
                  class="field"
                  value={chosen}
                  onChange={({ currentTarget }) => setChosen(currentTarget.value)}
                >
                  {sites.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </select>
              )}
            </Field>
          )}
          <EnrolForm
            code={code}
            enrol={async (body) => {
              const reply = await devicesApi(ports.api).enrol(chosen, body);
              if (!reply.ok) return reply;
              setDone(reply.value);
              return null;
            }}
          />
        </>
      )}
      {done && (
        <button type="button" class="button" onClick={toDevices}>
          {t('enrol.toDevices')}
        </button>
      )}
      <button type="button" class="button" data-quiet onClick={leave}>
        {t('enrol.toApp')}
      </button>
    </Door>
  );
}
