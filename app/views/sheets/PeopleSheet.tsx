import '../../messages/add-later.ts';
import { t } from '../../messages/translate.ts';
import { initialsOf } from '../../state/presence.ts';
import { useApp, useSite } from '../context.ts';
import { SheetHead } from '../SheetHead.tsx';

/** Who is on the site now, and which car they have open. */
export function PeopleSheet() {
  const { router } = useApp();
  const { people } = useSite();
  return (
    <>
      <SheetHead title={t('people.title')} />
      <div class="sheet-body">
        {people.value.length === 0 && <p>{t('people.nobody')}</p>}
        <ul class="lines">
          {people.value.map(({ id, name, role, devices, car }) => (
            <li key={id} class="line">
              <span class="avatar" data-text={initialsOf(name)} aria-hidden="true" />
              <span class="line-text">
                {name}
                <small>
                  {t(`role.${role}`)} · {t('people.devices', { count: devices })}
                </small>
              </span>
              {car !== null && (
                <button
                  type="button"
                  class="button"
                  data-quiet
                  onClick={() => router.open({ type: 'car', car, part: 'car' })}
                >
                  {t('people.has', { car })}
                </button>
              )}
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
