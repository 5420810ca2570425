import { useState } from 'react';
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure';
import { useRows } from '../rows.ts';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { laterTexts } from '../ui/texts-later.ts';
import {
  type AccessErrors,
  type AccessFields as Fields,
  limitFrom,
  type PatternField,
  remarkOn,
} from './access-form.ts';
import { accessWords } from './access-words.ts';
import { ServerChooser } from './server-chooser.tsx';

const { access: words } = laterTexts;

interface AccessFieldsProps {
  readonly fields: Fields;
  readonly errors: AccessErrors;
  readonly onChange: (fields: Fields, changed?: PatternField) => void;
}

/** What a key may use: everything, or what is chosen, with the sum of it in words. */
export function AccessFields({ fields, errors, onChange }: AccessFieldsProps) {
  const servers = useRows().map(({ name }) => name);
  const [isOpen, setOpen] = useState(fields.tools !== '' || fields.never !== '');
  const patterns = (field: PatternField, label: string, hint: string) => (
    <Field
      label={label}
      hint={remarkOn(fields[field], servers) ?? hint}
      value={fields[field]}
      error={errors[field]}
      onChange={(value) => onChange({ ...fields, [field]: value }, field)}
      isMono
      isLong
    />
  );
  return (
    <fieldset className="access">
      <legend>{words.legend}</legend>
      {[false, true].map((isLimited) => (
        <label key={String(isLimited)} className="access-choice">
          <input
            type="radio"
            name="access"
            checked={fields.isLimited === isLimited}
            onChange={() => onChange({ ...fields, isLimited })}
          />
          {isLimited ? words.chosen : words.everything}
        </label>
      ))}
      {fields.isLimited ? (
        <div className="access-chosen">
          <ServerChooser
            label={words.servers}
            servers={servers}
            chosen={fields.servers}
            onChange={(chosen) => onChange({ ...fields, servers: chosen })}
          />
          <p className="hint">{words.later}</p>
          <label className="access-choice">
            <input
              type="checkbox"
              aria-describedby="reading-only"
              checked={fields.readOnly}
              onChange={() => onChange({ ...fields, readOnly: !fields.readOnly })}
            />
            {words.readOnly}
          </label>
          <p className="hint" id="reading-only">
            {words.readOnlyHint}
          </p>
          <Disclosure
            className="disclosure"
            // What is said of a pattern must be seen.
            isExpanded={isOpen || errors.tools !== undefined || errors.never !== undefined}
            onExpandedChange={setOpen}
          >
            <Button kind="link" slot="trigger">
              {words.single}
            </Button>
            <DisclosurePanel>
              {patterns('tools', words.tools, words.toolsHint)}
              {patterns('never', words.never, words.neverHint)}
            </DisclosurePanel>
          </Disclosure>
          <p className="access-sum" role="status">
            {words.summary(accessWords(limitFrom(fields), servers))}
          </p>
        </div>
      ) : null}
    </fieldset>
  );
}
