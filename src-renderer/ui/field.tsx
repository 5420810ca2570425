import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly type?: 'text' | 'url' | 'password';
  readonly isMono?: boolean;
  /** For what may need several lines. */
  readonly isLong?: boolean;
  readonly autoFocus?: boolean;
  readonly maxLength?: number;
}

/** A labelled input whose error is a sentence that stands at it and is read with it. */
export function Field(props: FieldProps) {
  const { label, value, onChange, error, hint, placeholder, type = 'text', isMono = false, maxLength } = props;
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      type={type}
      isInvalid={error !== undefined}
      validationBehavior="aria"
      autoComplete={type === 'password' ? 'new-password' : 'off'}
      autoFocus={props.autoFocus ?? false}
      {...(maxLength === undefined ? {} : { maxLength })}
    >
      <Label>{label}</Label>
      {props.isLong ? (
        <TextArea className={`input input-long ${isMono ? 'mono' : ''}`} rows={2} spellCheck="false" />
      ) : (
        <Input
          className={isMono ? 'input mono' : 'input'}
          spellCheck="false"
          {...(placeholder === undefined ? {} : { placeholder })}
        />
      )}
      {hint && error === undefined ? (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      ) : null}
      <FieldError className="field-error">{error}</FieldError>
    </TextField>
  );
}
