import { t } from '../../messages/translate.ts';
import type { Face } from '../../state/faces.ts';
import { initialsOf } from '../../state/presence.ts';

interface FacesProps {
  faces: readonly Face[];
  onChoose: (face: Face) => void;
}

/** Those who can be here: who used the device in this shift, then everybody else. */
export function Faces({ faces, onChoose }: FacesProps) {
  const recent = faces.filter(({ isRecent }) => isRecent);
  const others = faces.filter(({ isRecent }) => !isRecent);
  if (faces.length === 0) return <p>{t('kiosk.nobody')}</p>;
  return (
    <>
      {faces.some(({ canEnter }) => !canEnter) && <p class="hint">{t('kiosk.away')}</p>}
      <Group title={t('kiosk.recent')} faces={recent} onChoose={onChoose} />
      <Group title={t('kiosk.everybody')} faces={others} onChoose={onChoose} />
    </>
  );
}

function Group({ title, faces, onChoose }: FacesProps & { title: string }) {
  if (faces.length === 0) return null;
  return (
    <section class="faces" aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {faces.map((face) => (
          <li key={face.id}>
            <button type="button" class="face" disabled={!face.canEnter} onClick={() => onChoose(face)}>
              <span class="avatar" data-text={initialsOf(face.name)} aria-hidden="true" />
              <span class="face-name">{face.name}</span>
              {!face.canEnter && <small>{t('kiosk.onlyHub')}</small>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
