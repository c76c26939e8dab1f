import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** What ties an input to its label, hint and error. */
export interface FieldProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean;
}

interface Props {
  label: string;
  hint?: string | undefined;
  error?: string | null | undefined;
  children: (field: FieldProps) => ComponentChildren;
}

/** A labelled input with room for a hint and for what is wrong. */
export function Field({ label, hint, error, children }: Props) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="form-field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': Boolean(error) })}
      {hint && (
        <p id={`${id}-hint`} class="small">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} class="bad" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
