import type { Signal } from '@preact/signals';

interface FieldProps {
  label: string;
  value: Signal<string>;
  type?: 'text' | 'password';
  autocomplete?: string;
  hint?: string;
}

/** A labelled line of a form. */
export function Field({ label, value, type = 'text', autocomplete = 'off', hint }: FieldProps) {
  const common = {
    autocomplete, spellcheck: false, value: value.value,
    onInput: (event: { currentTarget: HTMLInputElement }) => void (value.value = event.currentTarget.value),
  };
  return (
    <label>{label}
      {type === 'password' ? <input type='password' {...common} /> : <input {...common} />}
      {hint && <small class='mut'>{hint}</small>}
    </label>
  );
}
