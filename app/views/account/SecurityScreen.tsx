import { useEffect, useMemo, useState } from 'preact/hooks';
import { SECURITY_KINDS, type SecurityKind } from '../../../worker/protocol/security.ts';
import '../../messages/add-account.ts';
import { t } from '../../messages/translate.ts';
import { oneOf } from '../../state/route.ts';
import { SecurityPages } from '../../state/security-pages.ts';
import { useApp, useSite } from '../context.ts';
import { Field } from '../Field.tsx';
import { SecurityList } from './SecurityList.tsx';

/** Who signed in, failed to, and changed whose rights; for administrators. */
export function SecurityScreen() {
  const { ports } = useApp();
  const site = useSite();
  const pages = useMemo(() => new SecurityPages(ports.api, site.known.id), [ports, site]);
  const [kind, setKind] = useState<SecurityKind | undefined>(undefined);
  const [person, setPerson] = useState('');
  useEffect(() => {
    void pages.choose({ ...(kind !== undefined && { kind }), ...(person !== '' && { person }) });
  }, [pages, kind, person]);
  const names = { ...site.view.value.names, ...pages.shown.value.names };
  const people = Object.entries(names).sort(([, a], [, b]) => a.localeCompare(b));
  return (
    <div class="page">
      <h1>{t('security.title')}</h1>
      <p class="small">{t('security.lead')}</p>
      <div class="history-filter">
        <Field label={t('security.kind')}>
          {(field) => (
            <select
              {...field}
              class="field"
              value={kind ?? ''}
              onChange={(event) => setKind(oneOf(SECURITY_KINDS, event.currentTarget.value))}
            >
              <option value="">{t('security.everything')}</option>
              {SECURITY_KINDS.map((one) => (
                <option key={one} value={one}>
                  {t(`security.kind.${one}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('history.person')}>
          {(field) => (
            <select
              {...field}
              class="field"
              value={person}
              onChange={(event) => setPerson(event.currentTarget.value)}
            >
              <option value="">{t('history.everybody')}</option>
              {people.map(([one, name]) => (
                <option key={one} value={one}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <SecurityList pages={pages} />
    </div>
  );
}
