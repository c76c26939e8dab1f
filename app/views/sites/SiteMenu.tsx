import { useEffect, useMemo } from 'preact/hooks';
import { SETTINGS_ACCESS } from '../../../worker/protocol/access.ts';
import type { Me } from '../../../worker/protocol/api.ts';
import { hasRole } from '../../../worker/protocol/site.ts';
import '../../messages/add-sites.ts';
import { t } from '../../messages/translate.ts';
import { siteRoute } from '../../state/app-state.ts';
import { leads, overviewWords, SiteList } from '../../state/site-list.ts';
import { useApp } from '../context.ts';
import { Icon } from '../Icon.tsx';

/** What makes of the settings of a site those of a new one. */
const NEW_SITE = new URLSearchParams({ new: 'site' });

/** One's sites, each with how its cars stand where one leads it; and for administrators a way to another. */
export function SiteMenu({ me }: { me: Me }) {
  const { router, session, ports, site } = useApp();
  const list = useMemo(() => new SiteList(ports.api, session, ports.clock), [ports, session]);
  const visible = ports.surroundings.visible.value;
  useEffect(() => (visible ? list.watch() : undefined), [list, visible]);
  const { overview, problem } = list.shown.value;
  const open = site.value?.known.id;
  const admins = me.sites.find(({ role }) => hasRole(role, SETTINGS_ACCESS));
  return (
    <>
      <ul class="menu">
        {me.sites.map(({ id, name, role }) => {
          const numbers = overview?.sites.find((one) => one.id === id);
          return (
            <li key={id}>
              <button
                type="button"
                class="menu-entry"
                aria-current={id === open ? 'true' : undefined}
                onClick={() => router.go(siteRoute(id))}
              >
                <Icon name={id === open ? 'check' : 'building'} />
                <span>
                  {name}
                  <small>
                    {t(`role.${role}`)}
                    {id === open && `, ${t('sites.here')}`}
                  </small>
                  {numbers &&
                    overviewWords(numbers, ports.clock.now(), ports.locale).map((words) => (
                      <small key={words}>{words}</small>
                    ))}
                </span>
              </button>
            </li>
          );
        })}
        {admins && (
          <li>
            <button
              type="button"
              class="menu-entry"
              onClick={() => router.go({ ...siteRoute(admins.id), screen: 'site', query: NEW_SITE })}
            >
              <Icon name="plus" />
              {t('sites.new')}
            </button>
          </li>
        )}
      </ul>
      {problem !== null && leads(me) && (
        <p class="hint">{t('sites.noOverview', { why: t(`error.${problem}`) })}</p>
      )}
      {overview !== null && overview.more > 0 && (
        <p class="small">{t('sites.more', { count: overview.more })}</p>
      )}
    </>
  );
}
