import { useEffect, useMemo, useState } from 'preact/hooks';
import { VERIFY_ACCESS } from '../../../worker/protocol/access.ts';
import { parseCarId } from '../../../worker/protocol/car.ts';
import { hasRole } from '../../../worker/protocol/site.ts';
import '../../messages/add-later.ts';
import { t } from '../../messages/translate.ts';
import { HistoryPages } from '../../state/history-pages.ts';
import { useApp, useSite } from '../context.ts';
import { Delayed } from '../Delayed.tsx';
import { Field } from '../Field.tsx';
import { HistoryList } from './HistoryList.tsx';
import { useHistoryCheck, Verdict, VerifyButton } from './VerifyHistory.tsx';

/** Who changed what on this site, and when. */
export function HistoryScreen() {
  const { ports } = useApp();
  const site = useSite();
  const pages = useMemo(() => new HistoryPages(ports.api, site.known.id), [ports, site]);
  const check = useHistoryCheck();
  const mayVerify = hasRole(site.role, VERIFY_ACCESS);
  const [car, setCar] = useState('');
  const [person, setPerson] = useState('');
  const id = parseCarId(car);
  useEffect(() => {
    void pages.choose({ ...(id !== null && { car: id }), ...(person !== '' && { person }) });
  }, [pages, id, person]);
  const people = Object.entries(site.view.value.names).sort(([, a], [, b]) => a.localeCompare(b));
  return (
    <div class="page">
      <div class="page-head">
        <h1>{t('history.title')}</h1>
        {mayVerify && <VerifyButton check={check} />}
        {mayVerify && <Verdict check={check} />}
      </div>
      <Delayed />
      <div class="history-filter">
        <Field label={t('history.car')}>
          {(field) => (
            <input
              {...field}
              class="field"
              type="search"
              autocomplete="off"
              spellcheck={false}
              value={car}
              onInput={(event) => setCar(event.currentTarget.value)}
            />
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
      <HistoryList pages={pages} filtered={id !== null || person !== ''} />
    </div>
  );
}
