import { useState } from 'preact/hooks';
import type { People } from '../../../worker/protocol/api.ts';
import { mayReseat } from '../../../worker/protocol/seats.ts';
import { ROLES, type Role } from '../../../worker/protocol/site.ts';
import { t } from '../../messages/translate.ts';
import type { PeopleList } from '../../state/people-list.ts';
import { useApp, useSite } from '../context.ts';
import { HoldButton } from '../import/HoldButton.tsx';
import { Problem } from './Problem.tsx';
import { RoleChoice } from './RoleChoice.tsx';

interface PersonRowProps {
  list: PeopleList;
  person: People['people'][number];
  isOwn: boolean;
}

/** Somebody of the site, and what may be done about them. */
export function PersonRow({ list, person, isOwn }: PersonRowProps) {
  const { router } = useApp();
  const site = useSite();
  const [open, setOpen] = useState(false);
  // Shown as chosen while it is being written.
  const [wanted, setWanted] = useState<Role | null>(null);
  const { id, name, email, role, since } = person;
  const may = mayReseat(site.role, role, null);
  const roles = ROLES.filter((to) => mayReseat(site.role, role, to));
  const busy = list.busy.value;
  const choose = async (to: Role) => {
    setWanted(to);
    await list.setRole(id, to);
    setWanted(null);
  };
  return (
    <li class="person">
      <div class="line">
        <span class="line-text">
          <span>
            {name}
            {isOwn && <small class="own"> ({t('team.you')})</small>}
          </span>
          {email !== null && <small>{email}</small>}
          <small>
            {t(`role.${role}`)}, {t('team.since', { time: site.time.value.full(since) })}
          </small>
        </span>
        {may && (
          <button
            type="button"
            class="button"
            aria-expanded={open}
            aria-label={t('team.change', { name })}
            onClick={() => setOpen(!open)}
          >
            {t('team.open')}
          </button>
        )}
      </div>
      {open && may && (
        <div class="person-changes">
          {!isOwn && (
            <button type="button" class="button" onClick={() => router.account(id)}>
              {t('team.account')}
            </button>
          )}
          {!isOwn && (
            <RoleChoice
              legend={t('team.role', { name })}
              name={`role-${id}`}
              roles={roles}
              chosen={wanted ?? role}
              busy={busy}
              onChoose={choose}
            />
          )}
          <HoldButton
            quiet
            busy={busy}
            hint={t(isOwn ? 'team.leaveHint' : 'team.holdHint')}
            onHeld={() => void list.remove(id)}
          >
            {isOwn ? t('team.leave') : t('team.hold', { name })}
          </HoldButton>
        </div>
      )}
      <Problem list={list} of={id} />
    </li>
  );
}
