import type { ComponentChildren } from 'preact';
import { t } from '../../messages/translate.ts';
import { StateIcon } from '../StateIcon.tsx';

/** The frame of what comes before the board. */
export function Door({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: string;
  children: ComponentChildren;
}) {
  return (
    <main class="door">
      <div class="door-box">
        <p class="brand">
          <StateIcon state="arrived" />
          {t('app.name')}
        </p>
        <h1>{title}</h1>
        {lead && <p class="lead">{lead}</p>}
        {children}
      </div>
    </main>
  );
}
