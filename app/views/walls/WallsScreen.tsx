import { useState } from 'preact/hooks';
import { DEVICES_ACCESS } from '../../../worker/protocol/access.ts';
import type { WallMade } from '../../../worker/protocol/api.ts';
import { PERSON_NAME_CHARS_MAX } from '../../../worker/protocol/limits.ts';
import { hasRole } from '../../../worker/protocol/site.ts';
import '../../messages/add-later.ts';
import '../../messages/add-wall.ts';
import { t } from '../../messages/translate.ts';
import { makeWall } from '../../state/new-wall.ts';
import { useApp, useSite } from '../context.ts';
import { Field } from '../Field.tsx';
import { NewWall } from './NewWall.tsx';

/** For leads: makes a screen on a wall. */
export function WallsScreen() {
  const site = useSite();
  const [made, setMade] = useState<WallMade | null>(null);
  return (
    <div class="page">
      <h1>{t('walls.title')}</h1>
      {!hasRole(site.role, DEVICES_ACCESS) ? (
        <p>{t('error.forbidden')}</p>
      ) : made ? (
        <NewWall made={made} onKept={() => setMade(null)} />
      ) : (
        <WallForm onMade={setMade} />
      )}
    </div>
  );
}

function WallForm({ onMade }: { onMade: (made: WallMade) => void }) {
  const { ports } = useApp();
  const site = useSite();
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<{ name?: string; other?: string }>({});
  const [busy, setBusy] = useState(false);

  const make = async (event: Event) => {
    event.preventDefault();
    if (name.trim() === '') return setProblem({ name: t('walls.missing') });
    setProblem({});
    setBusy(true);
    const reply = await makeWall(ports.api, site.known.id, name);
    setBusy(false);
    if (reply.ok) return onMade(reply.value);
    if (reply.field === 'name') return setProblem({ name: t('walls.taken') });
    const why = t(reply.code === 'offline' ? 'walls.noNetwork' : `error.${reply.code}`);
    setProblem({ other: t('walls.notMade', { why }) });
  };
  return (
    <form class="form" onSubmit={make} noValidate>
      <p class="lead">{t('walls.lead')}</p>
      <Field label={t('walls.name')} hint={t('walls.nameHint')} error={problem.name}>
        {(field) => (
          <input
            {...field}
            class="field"
            value={name}
            maxLength={PERSON_NAME_CHARS_MAX}
            autocomplete="off"
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
      </Field>
      {problem.other && (
        <p class="bad" role="alert">
          {problem.other}
        </p>
      )}
      <button type="submit" class="action" data-next disabled={busy}>
        {t(busy ? 'walls.doing' : 'walls.do')}
      </button>
    </form>
  );
}
