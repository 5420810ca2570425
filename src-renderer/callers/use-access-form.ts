import { useState } from 'react';
import type { CallerLimit } from '../../src-main/engine/model/caller-limit.ts';
import type { Problem } from '../../src-main/engine/model/problem.ts';
import { useFormErrors } from '../ui/form-errors.ts';
import { sentenceFor } from '../ui/words.ts';
import { errorsIn, fieldsFrom, limitFrom, type PatternField } from './access-form.ts';

/**
 * What a key may use, filled in and judged.
 *
 * @param send resolves with what it was refused for
 */
export function useAccessForm(
  initial: CallerLimit | undefined,
  send: (limit: ReturnType<typeof limitFrom>) => Promise<Problem | undefined>,
) {
  const [fields, setFields] = useState(() => fieldsFrom(initial));
  const [isBusy, setBusy] = useState(false);
  const { form, errors, refuse, forgive } = useFormErrors<PatternField>();
  const submit = async () => {
    const found = errorsIn(fields);
    if (Object.keys(found).length > 0) return refuse(found);
    if (isBusy) return;
    setBusy(true);
    const problem = await send(limitFrom(fields));
    setBusy(false);
    if (problem) refuse({ form: sentenceFor(problem) });
  };
  return {
    form,
    isBusy,
    submit,
    formError: errors.form,
    access: {
      fields,
      errors,
      onChange: (next: typeof fields, changed?: PatternField) => {
        setFields(next);
        if (changed) forgive(changed);
      },
    },
  };
}
