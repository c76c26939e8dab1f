import type { Role } from '../../../worker/protocol/site.ts';
import { t } from '../../messages/translate.ts';

interface RoleChoiceProps<R extends Role> {
  legend: string;
  /** Tells its buttons from those of another. */
  name: string;
  roles: readonly R[];
  chosen: R;
  busy: boolean;
  onChoose: (role: R) => void;
}

/** Roles and what each may do. */
export function RoleChoice<R extends Role>({
  legend,
  name,
  roles,
  chosen,
  busy,
  onChoose,
}: RoleChoiceProps<R>) {
  return (
    <fieldset class="choice" disabled={busy}>
      <legend>{legend}</legend>
      {roles.map((role) => (
        <label key={role}>
          <input type="radio" name={name} checked={role === chosen} onChange={() => onChoose(role)} />
          <span>
            <Words role={role} />
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Words({ role }: { role: Role }) {
  return (
    <>
      <span class="first-capital">{t(`role.${role}`)}</span>
      <small>{t(`team.does.${role}`)}</small>
    </>
  );
}
