import { useState } from 'react';
import { Form } from 'react-aria-components/Form';
import { Button } from '../ui/button.tsx';
import { texts } from '../ui/texts.ts';

const { settings: words } = texts;

interface PortFormProps {
  readonly port: number;
  readonly onSave: (port: number) => Promise<string | undefined>;
}

export function PortForm({ port, onSave }: PortFormProps) {
  const [value, setValue] = useState(String(port));
  const isValid = /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535;
  return (
    <Form
      className="port-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid) void onSave(Number(value));
      }}
    >
      <input
        className="input mono"
        inputMode="numeric"
        aria-label={words.port}
        aria-invalid={!isValid}
        aria-describedby={isValid ? undefined : 'port-error'}
        value={value}
        onChange={(event) => setValue(event.target.value.trim())}
      />
      {isValid && Number(value) !== port ? <Button type="submit">{words.save}</Button> : null}
      {isValid ? null : (
        <span className="field-error" id="port-error">
          {words.portInvalid}
        </span>
      )}
    </Form>
  );
}
