import { type RefObject, useEffect, useRef, useState } from 'react';

/** A sentence for each field that has one; `form` for what belongs to none. */
export type FormErrors<Field extends string> = Partial<Record<Field | 'form', string>>;

interface FormState<Field extends string> {
  readonly form: RefObject<HTMLFormElement | null>;
  readonly errors: FormErrors<Field>;
  /** Shows them and puts the focus into the first field that has one. */
  readonly refuse: (found: FormErrors<Field>) => void;
  /** A field was changed, so what was said of it holds no more. */
  readonly forgive: (field: Field) => void;
}

export function useFormErrors<Field extends string>(): FormState<Field> {
  const [errors, setErrors] = useState<FormErrors<Field>>({});
  const [refusals, setRefusals] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  return {
    form,
    errors,
    refuse: (found) => {
      setErrors(found);
      setRefusals((count) => count + 1);
    },
    forgive: (changed) => {
      const kept = Object.entries(errors).filter(([field]) => field !== changed && field !== 'form');
      setErrors(Object.fromEntries(kept) as FormErrors<Field>);
    },
  };
}
